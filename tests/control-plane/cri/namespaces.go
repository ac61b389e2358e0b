package cri

import (
	"errors"
	"fmt"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// enterNewNamespaces gives the calling thread mounts and a host name of its own and makes the container's root the
// root. What the thread starts from then on is in the container.
func (c *container) enterNewNamespaces() error {
	if err := c.sandbox.enterNetwork(); err != nil {
		return err
	}
	if err := unix.Unshare(unix.CLONE_FS | unix.CLONE_NEWNS | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC); err != nil {
		return fmt.Errorf("unshare: %w", err)
	}
	if err := unix.Sethostname([]byte(c.hostname())); err != nil {
		return fmt.Errorf("sethostname: %w", err)
	}
	if err := buildRoot(c.staging, c.config.Mounts, c.directory()); err != nil {
		return fmt.Errorf("making the root of the container: %w", err)
	}
	return enterRoot(c.staging)
}

// namespaces of a container that runs.
type namespaces struct {
	mu    sync.RWMutex
	files map[string]*os.File
}

// join lets later processes be started in the namespaces of the process `pid`.
func (n *namespaces) join(pid int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.files = map[string]*os.File{}
	for name := range namespaceKinds {
		// A process that has ended already has none, and nobody will enter them.
		if file, err := os.Open(fmt.Sprintf("/proc/%d/ns/%s", pid, name)); err == nil {
			n.files[name] = file
		}
	}
}

var namespaceKinds = map[string]int{
	"ipc": unix.CLONE_NEWIPC, "uts": unix.CLONE_NEWUTS, "net": unix.CLONE_NEWNET, "pid": unix.CLONE_NEWPID,
	"mnt": unix.CLONE_NEWNS,
}

// enter brings the calling thread into the namespaces; processes that it starts are in the PID namespace as well.
func (n *namespaces) enter() error {
	n.mu.RLock()
	defer n.mu.RUnlock()
	if len(n.files) < len(namespaceKinds) {
		return errors.New("the container has ended")
	}
	// A thread that shares its root and directory with others cannot change its mount namespace.
	if err := unix.Unshare(unix.CLONE_FS); err != nil {
		return fmt.Errorf("unshare: %w", err)
	}
	for name, kind := range namespaceKinds {
		if err := unix.Setns(int(n.files[name].Fd()), kind); err != nil {
			return fmt.Errorf("setns to the %s namespace: %w", name, err)
		}
	}
	return nil
}

func (n *namespaces) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, file := range n.files {
		_ = file.Close()
	}
	n.files = nil
}
