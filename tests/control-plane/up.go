package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/component-base/version"
)

const (
	firstServiceIP = "10.0.0.1"
	serviceRange   = "10.0.0.0/24"
	// Three seconds are usual; a loaded two-core machine with a cold page cache was seen to need ten times that.
	startTimeout = 3 * time.Minute
	// What the API server gets to end its open watches before it is killed.
	stopGrace = 2 * time.Second
)

// wideFlags switch on every API that the server knows: the flags of the vendored documents of record.
var wideFlags = []string{
	"--runtime-config=api/all=true",
	"--feature-gates=AllAlpha=true,AllBeta=true",
	"--enable-logs-handler=true",
}

// errAsked is the reason of an orderly stop: a signal, or the end of the lifeline.
var errAsked = errors.New("asked to stop")

func init() {
	// The parent-death signal follows the *thread* that forked. The main thread is the one that lives as long as the
	// process, and only a lock taken during initialisation binds the main goroutine to it.
	if len(os.Args) > 1 && os.Args[1] == "up" {
		runtime.LockOSThread()
	}
}

// options are the command line of `controlplane up`.
type options struct {
	dir            string
	wide           bool
	apiserverFlags []string
	without        []string
	lifeline       bool
}

func runSupervisor(args []string) {
	var given options
	command := &cobra.Command{
		Use:           "up --dir DIR",
		Short:         "start a control plane, print its kubeconfig as one line of JSON, and stop it on SIGTERM or SIGINT",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(*cobra.Command, []string) error { return supervise(given) },
	}
	flags := command.Flags()
	flags.StringVar(&given.dir, "dir", "", "directory of this cluster; its pki/ and data/ are made anew at every start")
	flags.BoolVar(&given.wide, "wide", false, "serve every API: "+strings.Join(wideFlags, " "))
	flags.StringArrayVar(&given.apiserverFlags, "apiserver-flag", nil, "a further flag for kube-apiserver (repeatable)")
	flags.StringSliceVar(&given.without, "without", nil, "components to leave out: controller-manager, scheduler")
	flags.BoolVar(&given.lifeline, "lifeline", false, "stop when standard input ends")
	_ = command.MarkFlagRequired("dir")
	command.SetArgs(args)
	if err := command.Execute(); err != nil {
		fail(1, "Error: %v", err)
	}
}

// supervise starts the cluster, announces it, and returns once everything is stopped: nil if that was asked for.
func supervise(given options) error {
	for _, name := range given.without {
		if name != "controller-manager" && name != "scheduler" {
			return fmt.Errorf("--without %s: only controller-manager and scheduler can be left out", name)
		}
	}
	ctx, stop := context.WithCancelCause(context.Background())
	stopWhenAsked(stop, given.lifeline)

	dir, err := filepath.Abs(given.dir)
	if err != nil {
		return err
	}
	given.dir = dir
	lock, err := prepareDirectory(dir)
	if err != nil {
		return err
	}
	defer lock.Close()

	s := &supervisor{options: given, ctx: ctx, stop: stop}
	err = s.start()
	if err == nil {
		<-ctx.Done()
		err = context.Cause(ctx)
	}
	s.stopAll()
	_ = os.Remove(filepath.Join(dir, "cluster.json"))
	if errors.Is(err, errAsked) {
		return nil
	}
	return err
}

func stopWhenAsked(stop context.CancelCauseFunc, lifeline bool) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	go func() {
		<-signals
		stop(errAsked)
	}()
	// A caller that has gone away before the announcement must stop the cluster in the orderly way: once SIGPIPE is
	// taken, writing to the closed pipe is an error like any other.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	if lifeline {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			stop(errAsked)
		}()
	}
}

// prepareDirectory makes `dir` ready for a new cluster and locks it against a second supervisor. Only directories that
// carry our lock file are ever emptied.
func prepareDirectory(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the cluster's directory: %w", err)
	}
	path := filepath.Join(dir, "lock")
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		for _, ours := range []string{"pki", "data", "kubeconfig", "cluster.json"} {
			if _, err := os.Stat(filepath.Join(dir, ours)); err == nil {
				return nil, fmt.Errorf("%s holds %q, which no cluster of ours left there; choose another --dir", dir, ours)
			}
		}
	}
	lock, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("a cluster is already running in %s; stop it or choose another --dir", dir)
	}
	stale := []string{
		"pki", "data", "cluster.json", "kubeconfig", "kubeconfig-viewer", "kubeconfig-token", "kubeconfig-nobody",
		"kubeconfig-files",
	}
	for _, name := range stale {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"pki", "data", "logs"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
			return nil, err
		}
	}
	return lock, nil
}

// supervisor is one running cluster. All its methods run on the main goroutine, which is locked to the main thread.
type supervisor struct {
	options
	ctx      context.Context
	stop     context.CancelCauseFunc
	children []*child
	server   string
	probes   *probes
	// Held until the process ends, so that no other supervisor chooses the same ports.
	ports []reservation
}

// child is one component of the control plane, running as a process of its own.
type child struct {
	name, log string
	process   *exec.Cmd
	exited    chan struct{}
}

func (s *supervisor) start() error {
	keys, err := createPKI(s.path("pki"))
	if err != nil {
		return err
	}
	if s.ports, err = reservePorts(5); err != nil {
		return err
	}
	s.server = fmt.Sprintf("https://127.0.0.1:%d", s.ports[2].port)
	if err := writeKubeconfigs(s.dir, s.server, keys); err != nil {
		return fmt.Errorf("writing the kubeconfigs: %w", err)
	}
	if s.probes, err = newProbes(keys); err != nil {
		return err
	}
	if err := s.startAPIServer(); err != nil {
		return err
	}
	if err := s.startControllers(); err != nil {
		return err
	}
	return s.announce()
}

func (s *supervisor) startAPIServer() error {
	etcd := fmt.Sprintf("http://127.0.0.1:%d", s.ports[0].port)
	if err := s.spawn("etcd", "--dir="+s.path("data"),
		fmt.Sprintf("--client-port=%d", s.ports[0].port), fmt.Sprintf("--peer-port=%d", s.ports[1].port)); err != nil {
		return err
	}
	if err := s.await("etcd", etcd+"/health"); err != nil {
		return err
	}
	if err := s.spawn("apiserver", s.apiserverArguments(etcd)...); err != nil {
		return err
	}
	return s.await("apiserver", s.server+"/readyz")
}

// apiserverArguments ends with what the user gave, because the last of two equal flags wins.
func (s *supervisor) apiserverArguments(etcd string) []string {
	arguments := []string{
		"--etcd-servers=" + etcd,
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", s.ports[2].port),
		// Endpoints may not be on loopback, and the default, the address of the default route, is missing on a machine
		// without a network and wrong for a server that listens on loopback alone. So the server advertises nothing.
		"--advertise-address=127.0.0.1",
		"--endpoint-reconciler-type=none",
		"--cert-dir=" + s.path("pki"),
		"--tls-cert-file=" + s.path("pki/server.crt"),
		"--tls-private-key-file=" + s.path("pki/server.key"),
		"--client-ca-file=" + s.path("pki/ca.crt"),
		"--token-auth-file=" + s.path("pki/tokens.csv"),
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file=" + s.path("pki/sa.pub"),
		"--service-account-signing-key-file=" + s.path("pki/sa.key"),
		"--authorization-mode=Node,RBAC",
		"--service-cluster-ip-range=" + serviceRange,
		"--allow-privileged=true",
	}
	return slices.Concat(arguments, s.requestedFlags())
}

// requestedFlags are the flags that make this cluster different from a plain one.
func (s *supervisor) requestedFlags() []string {
	if s.wide {
		return slices.Concat(wideFlags, s.apiserverFlags)
	}
	return slices.Clone(s.apiserverFlags)
}

func (s *supervisor) startControllers() error {
	withControllerManager := !slices.Contains(s.without, "controller-manager")
	withScheduler := !slices.Contains(s.without, "scheduler")
	if withControllerManager {
		arguments := append(s.controllerArguments("controller-manager", s.ports[3].port),
			"--use-service-account-credentials=true",
			"--service-account-private-key-file="+s.path("pki/sa.key"),
			"--root-ca-file="+s.path("pki/ca.crt"),
			"--cluster-signing-cert-file="+s.path("pki/ca.crt"),
			"--cluster-signing-key-file="+s.path("pki/ca.key"),
		)
		if err := s.spawn("controller-manager", arguments...); err != nil {
			return err
		}
	}
	if withScheduler {
		if err := s.spawn("scheduler", s.controllerArguments("scheduler", s.ports[4].port)...); err != nil {
			return err
		}
		if err := s.await("scheduler", fmt.Sprintf("https://127.0.0.1:%d/readyz", s.ports[4].port)); err != nil {
			return err
		}
	}
	if withControllerManager {
		return s.await("controller-manager", s.server+"/api/v1/namespaces/default/serviceaccounts/default")
	}
	// The API server itself makes the namespace, some moments after it reports ready.
	return s.await("apiserver", s.server+"/api/v1/namespaces/default")
}

// controllerArguments are the flags that the controller manager and the scheduler have in common.
func (s *supervisor) controllerArguments(name string, port int) []string {
	kubeconfig := s.path("pki/" + name + ".kubeconfig")
	return []string{
		"--kubeconfig=" + kubeconfig,
		"--authentication-kubeconfig=" + kubeconfig,
		"--authorization-kubeconfig=" + kubeconfig,
		"--leader-elect=false", // One of each is all there is; an election costs a second of every start.
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", port),
		"--tls-cert-file=" + s.path("pki/server.crt"),
		"--tls-private-key-file=" + s.path("pki/server.key"),
	}
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
	log, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY|os.O_APPEND, 0o600)
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
	started := &child{name: name, log: path, process: process, exited: make(chan struct{})}
	s.children = append(s.children, started)
	go func() {
		_ = process.Wait()
		s.stop(fmt.Errorf("%s ended unexpectedly (%s); the end of %s:\n%s",
			name, process.ProcessState, path, lastLines(path, 15)))
		close(started.exited)
	}()
	return nil
}

// await asks `address` until it answers 200, the cluster is stopped, or the time is up.
func (s *supervisor) await(name, address string) error {
	deadline := time.Now().Add(startTimeout)
	for {
		answer, ready := s.probes.ask(s.ctx, address)
		if s.ctx.Err() != nil {
			return context.Cause(s.ctx)
		}
		if ready {
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

// announce writes cluster.json and then the one line on standard output for which the caller waits.
func (s *supervisor) announce() error {
	record, err := s.record()
	if err != nil {
		return err
	}
	if err := writeWhole(s.path("cluster.json"), record); err != nil {
		return err
	}
	line, err := json.Marshal(map[string]any{
		"ready": true, "kubeconfig": s.path("kubeconfig"), "server": s.server,
	})
	if err != nil {
		return err
	}
	_, err = fmt.Printf("%s\n", line)
	return err
}

// process identifies a process beyond the reuse of its number.
type process struct {
	Pid int `json:"pid"`
	// Clock ticks from boot to the start of the process: field 22 of /proc/PID/stat (proc(5)).
	StartTime string `json:"startTime"`
}

func (s *supervisor) record() ([]byte, error) {
	self, err := identify(os.Getpid())
	if err != nil {
		return nil, err
	}
	components := map[string]process{}
	for _, child := range s.children {
		if components[child.name], err = identify(child.process.Process.Pid); err != nil {
			return nil, err
		}
	}
	return json.MarshalIndent(struct {
		Server     string             `json:"server"`
		Version    string             `json:"version"`
		Flags      []string           `json:"flags"`
		Kubeconfig string             `json:"kubeconfig"`
		Supervisor process            `json:"supervisor"`
		Components map[string]process `json:"components"`
	}{
		s.server, version.Get().GitVersion, append([]string{}, s.requestedFlags()...), s.path("kubeconfig"), self,
		components,
	}, "", "  ")
}

func identify(pid int) (process, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return process{}, err
	}
	// The second field, the name in parentheses, may hold spaces; the third follows the last parenthesis.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 20 {
		return process{}, fmt.Errorf("/proc/%d/stat has %d fields after the name, expected 20 or more", pid, len(fields))
	}
	return process{pid, fields[19]}, nil
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

func (s *supervisor) path(name string) string {
	return filepath.Join(s.dir, name)
}

// writeWhole replaces the file at `path`, so that a reader sees the old content or the new one and nothing between.
func writeWhole(path string, content []byte) error {
	if err := os.WriteFile(path+".new", content, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
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
