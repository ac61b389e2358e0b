// Command controlplane is a real Kubernetes control plane in one program, linked from Kubernetes' own modules,
// so that tests can talk to a real API server on loopback without images, containers or installers.
//
//	controlplane up --dir DIR              starts a whole control plane and supervises it (see up.go)
//	controlplane etcd|apiserver|controller-manager|scheduler|kubelet FLAGS
//	                                       runs one piece, with that piece's own flags
//	controlplane kubectl ARGS              runs kubectl; so does the program when it is called `kubectl`
//
// It is for tests alone: etcd does not wait for the disk, everything lives on 127.0.0.1 (with a kubelet in a network
// namespace, see namespace.go), and pods are processes of this machine (see cri). Linux only, because the promise that nothing outlives the supervisor rests on the parent-death signal.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

const usage = "usage: controlplane up|etcd|apiserver|controller-manager|scheduler|sample-apiserver|kubelet|kubectl ..."

func main() {
	if filepath.Base(os.Args[0]) == "kubectl" {
		runKubectl(os.Args[1:])
	}
	if len(os.Args) < 2 {
		fail(2, usage)
	}
	switch args := os.Args[2:]; os.Args[1] {
	case "up":
		runSupervisor(args)
	case "etcd":
		runEtcd(args)
	case "apiserver":
		runComponent(apiserver.NewAPIServerCommand(), args)
	case "controller-manager":
		runComponent(controllermanager.NewControllerManagerCommand(), args)
	case "scheduler":
		runComponent(scheduler.NewSchedulerCommand(), args)
	case "sample-apiserver":
		runSampleAPIServer(args)
	case "kubelet":
		runComponent(newKubelet(), args)
	case "kubectl":
		runKubectl(args)
	default:
		fail(2, "controlplane: unknown subcommand %q\n%s", os.Args[1], usage)
	}
}

// runComponent runs one Kubernetes server. Its usage text is left out: it has hundreds of lines and would push the
// one line that matters, the error, out of the end of the log that the supervisor shows.
func runComponent(command *cobra.Command, args []string) {
	command.SetArgs(args)
	command.SetUsageFunc(func(*cobra.Command) error { return nil })
	os.Exit(cli.Run(command))
}

// runKubectl runs kubectl as its own main function does. os.Args is rewritten because kubectl looks there for plugins.
func runKubectl(args []string) {
	os.Args = append([]string{"kubectl"}, args...)
	command := kubectl.NewDefaultKubectlCommand()
	command.SetArgs(args)
	if err := cli.RunNoErrOutput(command); err != nil {
		kubectlutil.CheckErr(err)
	}
	os.Exit(0)
}

func fail(code int, format string, values ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", values...)
	os.Exit(code)
}
