package cri

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"syscall"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
	"k8s.io/cri-streaming/pkg/streaming"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
	utilexec "k8s.io/utils/exec"
)

// serveStreams starts the server to which the kubelet passes the connections of exec, attach and port-forward on.
func (r *Runtime) serveStreams() error {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	config := streaming.DefaultConfig
	config.BaseURL = &url.URL{Scheme: "http", Host: listener.Addr().String()}
	if r.streams, err = streaming.NewServer(config, streamer{r}); err != nil {
		return err
	}
	go func() { _ = http.Serve(listener, r.streams) }()
	return nil
}

// Exec gives the address at which a command can be run.
func (r *Runtime) Exec(_ context.Context, request *runtimeapi.ExecRequest) (*runtimeapi.ExecResponse, error) {
	if _, err := r.running(request.ContainerId); err != nil {
		return nil, err
	}
	return r.streams.GetExec(request)
}

// Attach gives the address at which the container's main process can be attached to.
func (r *Runtime) Attach(_ context.Context, request *runtimeapi.AttachRequest) (*runtimeapi.AttachResponse, error) {
	if _, err := r.running(request.ContainerId); err != nil {
		return nil, err
	}
	return r.streams.GetAttach(request)
}

// PortForward gives the address at which a pod's ports can be reached.
func (r *Runtime) PortForward(
	_ context.Context, request *runtimeapi.PortForwardRequest,
) (*runtimeapi.PortForwardResponse, error) {
	if _, err := r.sandbox(request.PodSandboxId); err != nil {
		return nil, err
	}
	return r.streams.GetPortForward(request)
}

// ExecSync runs a command for a probe or a lifecycle hook.
func (r *Runtime) ExecSync(
	ctx context.Context, request *runtimeapi.ExecSyncRequest,
) (*runtimeapi.ExecSyncResponse, error) {
	found, err := r.running(request.ContainerId)
	if err != nil {
		return nil, err
	}
	if request.Timeout > 0 {
		limited, cancel := context.WithTimeout(ctx, time.Duration(request.Timeout)*time.Second)
		defer cancel()
		ctx = limited
	}
	var stdout, stderr bytes.Buffer
	command := &exec.Cmd{Args: request.Cmd, Stdout: &stdout, Stderr: &stderr, WaitDelay: time.Second}
	err = found.run(ctx, command)
	if ctx.Err() != nil {
		return nil, status.Errorf(codes.DeadlineExceeded, "command %q timed out", request.Cmd)
	}
	response := &runtimeapi.ExecSyncResponse{Stdout: stdout.Bytes(), Stderr: stderr.Bytes()}
	var exited utilexec.CodeExitError
	if errors.As(err, &exited) {
		response.ExitCode, err = int32(exited.Code), nil
	}
	return response, err
}

// run runs a further process in a container and waits for its end, which is an error unless it is 0. The process is
// killed when the context ends, and with the container.
func (c *container) run(ctx context.Context, command *exec.Cmd) error {
	_, err := onThread(func() (started struct{}, err error) {
		if err = c.process.namespaces.enter(); err != nil {
			return started, err
		}
		command.Env, command.Dir = c.environment(), c.directory()
		if command.Path, err = lookPath(command.Args[0], command.Env, command.Dir); err != nil {
			return started, err
		}
		if command.SysProcAttr == nil {
			command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		}
		return started, command.Start()
	})
	if err != nil {
		return fmt.Errorf("exec in container %s: %w", c.config.Metadata.Name, err)
	}
	stop := context.AfterFunc(ctx, func() { _ = command.Process.Kill() })
	defer stop()
	err = command.Wait()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		code := exitCode(failed.ProcessState)
		return utilexec.CodeExitError{Err: fmt.Errorf("exit status %d", code), Code: code}
	}
	return err
}

// streamer does what clients of the streaming server ask for.
type streamer struct{ *Runtime }

// Exec runs a command. As with other runtimes, one without a terminal outlives the client that asked for it.
func (s streamer) Exec(
	_ context.Context, id string, command []string, in io.Reader, out, err io.WriteCloser, tty bool,
	sizes <-chan remotecommand.TerminalSize,
) error {
	found, failure := s.running(id)
	if failure != nil {
		return failure
	}
	if tty {
		return found.runOnTerminal(command, in, out, sizes)
	}
	process := &exec.Cmd{Args: command}
	if out != nil {
		process.Stdout = out
	}
	if err != nil {
		process.Stderr = err
	}
	if in != nil {
		// A pipe of our own: Wait would wait for the end of a Stdin that is no file.
		reader, writer, failure := os.Pipe()
		if failure != nil {
			return failure
		}
		defer reader.Close()
		process.Stdin = reader
		go func() {
			_, _ = io.Copy(writer, in)
			_ = writer.Close()
		}()
	}
	return found.run(context.Background(), process)
}

func (c *container) runOnTerminal(
	command []string, in io.Reader, out io.Writer, sizes <-chan remotecommand.TerminalSize,
) error {
	terminal, other, err := openTerminal()
	if err != nil {
		return err
	}
	defer terminal.Close()
	go resize(terminal, sizes)
	if in != nil {
		go func() { _, _ = io.Copy(terminal, in) }()
	}
	said := make(chan struct{})
	go func() {
		_, _ = io.Copy(out, terminal) // Ends with an error when the last process has closed the other end.
		close(said)
	}()
	process := &exec.Cmd{
		Args: command, Stdin: other, Stdout: other, Stderr: other,
		SysProcAttr: &syscall.SysProcAttr{Setsid: true, Setctty: true},
	}
	ended := make(chan error, 1)
	go func() { ended <- c.run(context.Background(), process) }()
	err = <-ended
	_ = other.Close()
	select {
	case <-said:
	case <-time.After(time.Second): // Another process has the terminal open still.
	}
	return err
}

// Attach connects a client with the container's main process.
func (s streamer) Attach(
	ctx context.Context, id string, in io.Reader, out, err io.WriteCloser, _ bool,
	sizes <-chan remotecommand.TerminalSize,
) error {
	found, failure := s.running(id)
	if failure != nil {
		return failure
	}
	process := found.process
	listener := &attached{gone: make(chan struct{})}
	if out != nil {
		listener.out = out
	}
	if err != nil {
		listener.err = err
	}
	if failure := process.output.add(listener); failure != nil {
		return failure
	}
	defer process.output.remove(listener)
	if process.terminal != nil {
		go resize(process.terminal, sizes)
	}
	if in != nil {
		go process.feed(in, found.config.StdinOnce)
	}
	select {
	case <-listener.gone:
	case <-ctx.Done():
	}
	return nil
}

// feed gives the process what `in` says. With `once`, its end is the end of the standard input.
func (p *process) feed(in io.Reader, once bool) {
	switch {
	case p.terminal != nil:
		_, _ = io.Copy(p.terminal, in)
	case p.stdin != nil:
		_, _ = io.Copy(p.stdin, in)
		if once {
			_ = p.stdin.Close()
		}
	}
}
