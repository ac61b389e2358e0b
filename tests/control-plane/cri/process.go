package cri

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// process is a container's main process, number 1 in a PID namespace of its own: when it ends, so does all else there.
type process struct {
	command *exec.Cmd
	log     *containerLog
	output  broadcast      // What the log gets, for those who attach.
	said    sync.WaitGroup // Until all of it is in the log.
	// The writing end of standard input, if the container has one; our end of the terminal, if it has that.
	stdin, terminal *os.File
	namespaces      namespaces
}

// start runs the container's command. The parent-death signal follows the thread that forked, and a thread's namespaces
// cannot be taken back: so each container has a thread of its own until it ends.
func (c *container) start() error {
	log, err := openLog(c.logPath)
	if err != nil {
		return err
	}
	type outcome struct {
		made *process
		err  error
	}
	started, noted := make(chan outcome), make(chan struct{})
	go func() {
		runtime.LockOSThread() // Never unlocked: the thread ends with the goroutine.
		made, err := c.launch(log)
		started <- outcome{made, err}
		if err == nil {
			<-noted
			c.attend(made)
		}
	}()
	result := <-started
	if result.err != nil {
		log.close()
		return result.err
	}
	// Not on the container's own thread, which no longer sees our /proc.
	result.made.namespaces.join(result.made.command.Process.Pid)
	c.mu.Lock()
	c.process = result.made
	c.status.State = runtimeapi.ContainerState_CONTAINER_RUNNING
	c.status.started = time.Now().UnixNano()
	c.mu.Unlock()
	close(noted)
	return nil
}

// attend waits for the end of a container's process.
func (c *container) attend(made *process) {
	err := made.command.Wait()
	made.close()
	code, reason := int32(exitCode(made.command.ProcessState)), "Error"
	message := ""
	if code == 0 {
		reason = "Completed"
	}
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		message = err.Error()
	}
	c.end(code, reason, message)
}

// launch starts the process on the calling thread, which enters the container's namespaces before.
func (c *container) launch(log *containerLog) (*process, error) {
	made := &process{log: log}
	stdio, err := c.openStdio(made)
	if err != nil {
		return nil, err
	}
	defer stdio.closeChildEnds()
	if err := c.enterNewNamespaces(); err != nil {
		return nil, err
	}
	arguments := append(append([]string{}, c.config.Command...), c.config.Args...)
	program, err := lookPath(arguments[0], c.environment(), c.directory())
	if err != nil {
		return nil, err
	}
	// /proc shows the PID namespace of the process that mounts it, so the new number 1 has to do that itself.
	shell := []string{"sh", "-c", `"$0" -t proc proc /proc && exec "$@"`, c.mountProgram, program}
	made.command = &exec.Cmd{
		Path: "/bin/sh", Args: append(shell, arguments[1:]...), Env: c.environment(), Dir: c.directory(),
		Stdin: stdio.in, Stdout: stdio.out, Stderr: stdio.err,
		SysProcAttr: &syscall.SysProcAttr{
			Cloneflags: unix.CLONE_NEWPID, Setsid: true, Setctty: stdio.terminal, Pdeathsig: syscall.SIGKILL,
		},
	}
	if err := made.command.Start(); err != nil {
		return nil, fmt.Errorf("exec: %q: %w", arguments[0], err)
	}
	return made, nil
}

func (c *container) directory() string {
	if c.config.WorkingDir != "" {
		return c.config.WorkingDir
	}
	return "/"
}

// environment is the container's, over what an image would say.
func (c *container) environment() []string {
	environment := []string{
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"HOME=/tmp", // The person's own home folder has no business in a pod.
		"HOSTNAME=" + c.hostname(),
	}
	if c.config.Tty {
		environment = append(environment, "TERM=xterm")
	}
	for _, one := range c.config.Envs {
		environment = append(environment, one.Key+"="+string(one.Value))
	}
	return environment
}

func (c *container) hostname() string {
	if name := c.sandbox.config.Hostname; name != "" {
		return name
	}
	name, _ := os.Hostname()
	return name
}

func (p *process) signal(signal syscall.Signal) { _ = p.command.Process.Signal(signal) }

func (p *process) kill() { p.signal(syscall.SIGKILL) }

func (p *process) close() {
	p.namespaces.close()
	p.said.Wait()
	for _, file := range []*os.File{p.stdin, p.terminal} {
		if file != nil {
			_ = file.Close()
		}
	}
	p.output.close()
	p.log.close()
}

// exitCode is what a shell would say: the code, or 128 and the number of the signal.
func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}

// stopSignal is what a container is asked to end with: SIGTERM if it says nothing else.
func stopSignal(wanted runtimeapi.Signal) syscall.Signal {
	if signal := unix.SignalNum(wanted.String()); signal != 0 {
		return signal
	}
	return syscall.SIGTERM
}

// lookPath finds a program as the shell would, in the words of containerd where it does not.
func lookPath(name string, environment []string, directory string) (string, error) {
	if strings.Contains(name, "/") {
		path := name
		if !strings.HasPrefix(name, "/") {
			path = directory + "/" + name
		}
		if err := executable(path); err != nil {
			return "", fmt.Errorf("exec: %q: %w", name, err)
		}
		return path, nil
	}
	search := ""
	for _, one := range environment {
		if value, found := strings.CutPrefix(one, "PATH="); found {
			search = value
		}
	}
	for _, folder := range strings.Split(search, ":") {
		if path := folder + "/" + name; folder != "" && executable(path) == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("exec: %q: executable file not found in $PATH", name)
}

func executable(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%s is a directory", path)
	case info.Mode()&0o111 == 0:
		return errors.New("permission denied")
	}
	return nil
}
