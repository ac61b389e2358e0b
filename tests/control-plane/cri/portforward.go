package cri

import (
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
)

// PortForward connects a client with a port of a pod. All pods share one loopback: a program that listens on the pod's
// own address is found first, one that listens on 127.0.0.1 next.
func (s streamer) PortForward(ctx context.Context, id string, port int32, stream io.ReadWriteCloser) error {
	found, err := s.sandbox(id)
	if err != nil {
		return err
	}
	connection, err := dial(ctx, found.address, port)
	if err != nil {
		return err
	}
	defer connection.Close()
	answered := make(chan error, 1)
	go func() {
		_, err := io.Copy(stream, connection)
		answered <- err
	}()
	asked := make(chan error, 1)
	go func() {
		_, err := io.Copy(connection, stream)
		_ = connection.(*net.TCPConn).CloseWrite()
		asked <- err
	}()
	select {
	case err := <-answered: // The program has said all: nobody listens to what the client may still say.
		return err
	case err := <-asked:
		if err != nil {
			return err
		}
		return <-answered
	}
}

func dial(ctx context.Context, address string, port int32) (net.Conn, error) {
	var dialer net.Dialer
	var first error
	for _, host := range []string{address, "127.0.0.1"} {
		if host == "" {
			continue
		}
		connection, err := dialer.DialContext(ctx, "tcp4", net.JoinHostPort(host, strconv.Itoa(int(port))))
		if err == nil {
			return connection, nil
		}
		if first == nil {
			first = fmt.Errorf("connecting to port %d of the pod: %w", port, err)
		}
	}
	return nil, first
}
