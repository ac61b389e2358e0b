package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
)

// Below the usual ephemeral range (32768 and up), so that no outgoing connection takes a port between our choice and
// the child's bind, and below the range of node ports (30000 and up).
const (
	firstPort = 21000
	lastPort  = 29999
)

// reservation is a free loopback port that no other supervisor chooses for as long as this process lives.
type reservation struct {
	port int
	// An abstract Unix socket named after the port. The kernel gives the name to one process, scopes it to the
	// network namespace exactly as it does the port itself, and frees it however the process ends.
	name net.Listener
}

// reservePorts chooses `count` free ports of 127.0.0.1.
func reservePorts(count int) ([]reservation, error) {
	var reserved []reservation
	for range 1000 {
		if len(reserved) == count {
			return reserved, nil
		}
		port := firstPort + rand.IntN(lastPort-firstPort+1)
		name, err := net.Listen("unix", fmt.Sprintf("@kubesdk-control-plane-port-%d", port))
		if err != nil {
			continue
		}
		probe, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			_ = name.Close()
			continue
		}
		_ = probe.Close()
		reserved = append(reserved, reservation{port, name})
	}
	return nil, errors.New("found no free loopback ports between 21000 and 29999 in 1000 attempts; " +
		"is 127.0.0.1 up, and are other test clusters still running?")
}
