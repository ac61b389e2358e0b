package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

const (
	// Three seconds are usual; a loaded two-core machine with a cold page cache was seen to need ten times that.
	startTimeout = 3 * time.Minute
	// What the API server gets to end its open watches before it is killed.
	stopGrace = 2 * time.Second
	// Keeps a component that ends at once from taking the machine's time.
	restartDelay = 200 * time.Millisecond
)

// child is one component of the control plane, running as a process of its own.
type child struct {
	name, log string
	arguments []string
	process   *exec.Cmd
	exited    chan struct{}
}

// spawn starts one component as a child that the kernel kills when this process ends, however it ends.
func (s *supervisor) spawn(name string, arguments ...string) error {
	if s.ctx.Err() != nil {
		return context.Cause(s.ctx)
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	path := s.path("logs/" + name + ".log")
	log, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	process := exec.Command(program, append([]string{name}, arguments...)...)
	process.Stdout, process.Stderr = log, log
	// A process group of its own keeps a Ctrl-C in the terminal from reaching the child before its supervisor.
	process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	if err := process.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", name, err)
	}
	started := &child{name: name, log: path, arguments: arguments, process: process, exited: make(chan struct{})}
	s.children = append(s.children, started)
	go func() {
		_ = process.Wait()
		close(started.exited)
		if s.restart && s.announced.Load() {
			s.ended <- started
			return
		}
		s.stop(fmt.Errorf("%s ended unexpectedly (%s); the end of %s:\n%s",
			name, process.ProcessState, path, lastLines(path, 15)))
	}()
	return nil
}

// attend returns when the cluster is to stop. Until then it starts again what ends, if that is wanted.
func (s *supervisor) attend() error {
	for {
		select {
		case <-s.ctx.Done():
			return context.Cause(s.ctx)
		case gone := <-s.ended:
			time.Sleep(restartDelay)
			s.children = slices.DeleteFunc(s.children, func(one *child) bool { return one == gone })
			if err := s.spawn(gone.name, gone.arguments...); err != nil {
				return err
			}
			_ = s.writeRecord() // It fails if another has ended meanwhile, which is next.
		}
	}
}

// await asks `address` until it answers 200 and `ready` is satisfied, the cluster is stopped, or the time is up.
func (s *supervisor) await(name, address string, ready func(io.Reader) bool) error {
	deadline := time.Now().Add(startTimeout)
	for {
		answer, yes := s.probes.ask(s.ctx, address, ready)
		if s.ctx.Err() != nil {
			return context.Cause(s.ctx)
		}
		if yes {
			return nil
		}
		if time.Now().After(deadline) {
			log := s.path("logs/" + name + ".log")
			return fmt.Errorf("%s was not ready after %s: GET %s: %s; the end of %s:\n%s",
				name, startTimeout, address, answer, log, lastLines(log, 15))
		}
		select {
		case <-s.ctx.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// stopAll ends the components, last started first, and returns when all are gone.
func (s *supervisor) stopAll() {
	s.stop(errAsked) // From here on, an exit is no surprise.
	deadline := time.After(stopGrace)
	for _, child := range slices.Backward(s.children) {
		_ = child.process.Process.Signal(syscall.SIGTERM)
		select {
		case <-child.exited:
		case <-deadline:
			deadline = time.After(0)
			_ = child.process.Process.Kill()
			<-child.exited
		}
	}
}

// lastLines is the end of a log, indented for an error message.
func lastLines(path string, count int) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return "  (" + err.Error() + ")"
	}
	lines := strings.Split(strings.TrimRight(string(content), "\n"), "\n")
	if len(lines) > count {
		lines = lines[len(lines)-count:]
	}
	return "  " + strings.Join(lines, "\n  ")
}
