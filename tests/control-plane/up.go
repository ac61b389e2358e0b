package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/spf13/cobra"
)

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
	kubelet        bool
	userNamespace  bool
	restart        bool
	sample         bool
	outside        int
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
	flags.BoolVar(&given.kubelet, "kubelet", false,
		"run pods, as local processes: the cluster then lives in a network namespace of its own")
	flags.BoolVar(&given.userNamespace, "user-namespace", false,
		"with --kubelet: enter a user namespace although this is root, as other users must")
	flags.BoolVar(&given.restart, "restart", false, "start components again that end, in place of ending the cluster")
	flags.BoolVar(&given.sample, "sample-apiserver", false,
		"run Kubernetes' sample API server as well; sample-apiserver.yaml in --dir registers it")
	flags.IntVar(&given.outside, "outside", 0, "set by the program itself when it enters its namespaces")
	_ = flags.MarkHidden("outside")
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
	if given.kubelet {
		if given.outside == 0 {
			return enterNamespaces(given.userNamespace)
		}
		if err := prepareNamespaces(); err != nil {
			return err
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

	s := &supervisor{options: given, ctx: ctx, stop: stop, ended: make(chan *child, 16)}
	err = s.start()
	if err == nil {
		err = s.attend()
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
		for _, ours := range []string{"pki", "data", "kubelet", "kubeconfig", "cluster.json"} {
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
		"pki", "data", "kubelet", "logs/pods", "cluster.json", "kubeconfig", "kubeconfig-viewer", "kubeconfig-token",
		"kubeconfig-nobody", "kubeconfig-files", "sample-apiserver.yaml",
	}
	logs, _ := filepath.Glob(filepath.Join(dir, "logs", "[a-z]*.log"))
	for _, path := range logs {
		if filepath.Base(path) != "supervisor.log" { // Ours, and open.
			_ = os.Remove(path)
		}
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
	// Once the cluster is announced, those that ended and are to be started again.
	announced atomic.Bool
	ended     chan *child
	// The API server's address for the components; with a kubelet, the other one for the outside.
	server, forwarded string
	probes            *probes
	// Held until the process ends, so that no other supervisor chooses the same ports.
	ports []reservation
}

func (s *supervisor) path(name string) string {
	return filepath.Join(s.dir, name)
}
