package cri

import (
	"context"
	"fmt"
	"net"
	"os"
	"runtime"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// gateway is the node as each pod sees it: the same link-local address at the other end of every pod's cable.
var gateway = &net.IPNet{IP: net.IPv4(169, 254, 1, 1).To4(), Mask: net.CIDRMask(32, 32)}

// newNetwork makes a pod's network namespace: an interface with the pod's address, connected with the node. It lasts as
// long as the file is open or a process is in it.
func newNetwork(address, node net.IP) (*os.File, error) {
	cable := fmt.Sprintf("pod%x", []byte(address.To4()))
	inside, err := onThread(func() (*os.File, error) { return podEnd(address, cable) })
	if err != nil {
		return nil, fmt.Errorf("the network of a pod: %w", err)
	}
	if err := nodeEnd(address, node, cable); err != nil {
		_ = inside.Close()
		return nil, fmt.Errorf("connecting a pod with the node: %w", err)
	}
	return inside, nil
}

// podEnd moves the calling thread into a new network namespace and sets it up.
func podEnd(address net.IP, cable string) (inside *os.File, err error) {
	const here = "/proc/thread-self/ns/net"
	node, err := os.Open(here)
	if err != nil {
		return nil, err
	}
	defer node.Close()
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return nil, fmt.Errorf("unshare: %w", err)
	}
	loopback, err := netlink.LinkByName("lo")
	if err != nil {
		return nil, err
	}
	if err := netlink.LinkSetUp(loopback); err != nil {
		return nil, err
	}
	link := &netlink.Veth{
		LinkAttrs: netlink.LinkAttrs{Name: "eth0"}, PeerName: cable, PeerNamespace: netlink.NsFd(node.Fd()),
	}
	if err := netlink.LinkAdd(link); err != nil {
		return nil, fmt.Errorf("making a pair of veth interfaces: %w", err)
	}
	own := &netlink.Addr{IPNet: &net.IPNet{IP: address, Mask: net.CIDRMask(32, 32)}}
	if err := netlink.AddrAdd(link, own); err != nil {
		return nil, err
	}
	if err := netlink.LinkSetUp(link); err != nil {
		return nil, err
	}
	index := link.Attrs().Index
	if err := netlink.RouteAdd(&netlink.Route{LinkIndex: index, Dst: gateway, Scope: unix.RT_SCOPE_LINK}); err != nil {
		return nil, fmt.Errorf("the route to the node: %w", err)
	}
	if err := netlink.RouteAdd(&netlink.Route{LinkIndex: index, Gw: gateway.IP}); err != nil {
		return nil, fmt.Errorf("the default route: %w", err)
	}
	return os.Open(here)
}

// nodeEnd sets up the other end of the cable.
func nodeEnd(address, node net.IP, cable string) error {
	link, err := netlink.LinkByName(cable)
	if err != nil {
		return err
	}
	if err := netlink.AddrAdd(link, &netlink.Addr{IPNet: gateway}); err != nil {
		return err
	}
	if err := netlink.LinkSetUp(link); err != nil {
		return err
	}
	return netlink.RouteAdd(&netlink.Route{
		LinkIndex: link.Attrs().Index, Dst: &net.IPNet{IP: address, Mask: net.CIDRMask(32, 32)},
		Scope: unix.RT_SCOPE_LINK, Src: node,
	})
}

// dial connects to a port of the pod's own loopback, as port-forward does everywhere.
func (s *sandbox) dial(ctx context.Context, port int32) (net.Conn, error) {
	return onThread(func() (net.Conn, error) {
		if err := s.enterNetwork(); err != nil {
			return nil, err
		}
		var dialer net.Dialer
		connection, err := dialer.DialContext(ctx, "tcp4", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			return connection, nil
		}
		if connection, err := dialer.DialContext(ctx, "tcp6", fmt.Sprintf("[::1]:%d", port)); err == nil {
			return connection, nil
		}
		return nil, fmt.Errorf("failed to connect to localhost:%d inside the pod: %w", port, err)
	})
}

// enterNetwork moves the calling thread into the pod's network namespace, if it has one of its own.
func (s *sandbox) enterNetwork() error {
	if s.network == nil {
		return nil
	}
	if err := unix.Setns(int(s.network.Fd()), unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("setns to the pod's network namespace: %w", err)
	}
	return nil
}

// onThread calls a function on a thread of its own, whose namespaces it may change: the thread ends with it.
func onThread[T any](call func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome)
	go func() {
		runtime.LockOSThread() // Never unlocked.
		value, err := call()
		done <- outcome{value, err}
	}()
	result := <-done
	return result.value, result.err
}
