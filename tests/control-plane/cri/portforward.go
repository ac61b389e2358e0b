package cri

import (
	"context"
	"io"
	"net"
)

// PortForward connects a client with a port of a pod.
func (s streamer) PortForward(ctx context.Context, id string, port int32, stream io.ReadWriteCloser) error {
	found, err := s.sandbox(id)
	if err != nil {
		return err
	}
	connection, err := found.dial(ctx, port)
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
