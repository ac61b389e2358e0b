package main

import (
	"io"
	"net"
)

// relay passes every connection that `from` accepts on to the address `to`, until the process ends.
func relay(from net.Listener, to string) {
	for {
		connection, err := from.Accept()
		if err != nil {
			return
		}
		go pass(connection.(*net.TCPConn), to)
	}
}

// pass ends each direction when it ends on the other side, so that half-closed connections work.
func pass(client *net.TCPConn, to string) {
	defer client.Close()
	connection, err := net.Dial("tcp4", to)
	if err != nil {
		return // The client sees a closed connection, as from a server that is not there.
	}
	server := connection.(*net.TCPConn)
	defer server.Close()
	done := make(chan struct{})
	go func() {
		_, _ = io.Copy(server, client)
		_ = server.CloseWrite()
		close(done)
	}()
	if _, err := io.Copy(client, server); err != nil {
		return // The server was lost: so is the client, at once.
	}
	_ = client.CloseWrite()
	<-done
}
