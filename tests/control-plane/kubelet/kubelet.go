// Package kubelet is the kubelet of Kubernetes itself on the container runtime of package cri, without what needs
// control groups, images or privileges over the machine. So pods behave as they do anywhere: probes, volumes, tokens,
// restarts, logs and the kubelet's own server are the real ones.
package kubelet

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	logsapi "k8s.io/component-base/logs/api/v1"
	"k8s.io/kubernetes/cmd/kubelet/app"
	"k8s.io/kubernetes/cmd/kubelet/app/options"
	"k8s.io/kubernetes/pkg/kubelet"
	kubeletconfig "k8s.io/kubernetes/pkg/kubelet/apis/config"
	"k8s.io/kubernetes/pkg/kubelet/cm"
	"k8s.io/kubernetes/pkg/util/oom"

	"controlplane/cri"
)

// settings are the command line of `controlplane kubelet`.
type settings struct {
	node, address, podNetwork, clusterDNS string
	dir, logs, socket, pki                string
	kubeconfig                            string
}

// NewCommand is the subcommand that runs one node.
func NewCommand() *cobra.Command {
	var given settings
	command := &cobra.Command{
		Use: "kubelet", SilenceUsage: true, Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error { return run(command.Context(), given) },
	}
	flags := command.Flags()
	flags.StringVar(&given.node, "node", "node", "name of the node")
	flags.StringVar(&given.address, "address", "", "address of the node, not a loopback one")
	flags.StringVar(&given.podNetwork, "pod-network", "", "addresses for pods (10.244.0.0/16)")
	flags.StringVar(&given.clusterDNS, "cluster-dns", "", "the address that pods are told to ask for names")
	flags.StringVar(&given.dir, "dir", "", "directory for volumes and sockets, a short path")
	flags.StringVar(&given.logs, "pod-logs", "", "directory for the logs of containers")
	flags.StringVar(&given.socket, "runtime-socket", "", "where to put the container runtime's socket")
	flags.StringVar(&given.pki, "pki", "", "directory with ca.crt, kubelet.crt and kubelet.key")
	flags.StringVar(&given.kubeconfig, "kubeconfig", "", "kubeconfig of the user system:node:NAME")
	return command
}

func run(ctx context.Context, given settings) error {
	_, podNetwork, err := net.ParseCIDR(given.podNetwork)
	if err != nil {
		return fmt.Errorf("--pod-network: %w", err)
	}
	staging := filepath.Join(given.dir, "root")
	for _, dir := range []string{staging, filepath.Join(given.dir, "plugins")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	runtime := cri.Config{
		Socket: given.socket, PodNetwork: podNetwork, NodeAddress: net.ParseIP(given.address), Staging: staging,
	}
	if err := cri.Serve(runtime); err != nil {
		return err
	}
	server, err := configure(given)
	if err != nil {
		return err
	}
	features := utilfeature.DefaultMutableFeatureGate
	if err := features.SetFromMap(server.FeatureGates); err != nil {
		return err
	}
	if err := logsapi.ValidateAndApply(&server.Logging, features); err != nil {
		return err
	}
	dependencies, err := app.UnsecuredDependencies(ctx, server, features)
	if err != nil {
		return err
	}
	replace(dependencies, given.dir)
	return app.Run(ctx, server, dependencies, features)
}

// replace takes the parts that act on the whole machine out of the kubelet.
func replace(dependencies *kubelet.Dependencies, dir string) {
	dependencies.CAdvisorInterface = machine{dir}
	dependencies.ContainerManager = cm.NewStubContainerManager()
	dependencies.OOMAdjuster = oom.NewFakeOOMAdjuster()
}

// configure is the kubelet's configuration where it differs from the default.
func configure(given settings) (*options.KubeletServer, error) {
	flags := options.NewKubeletFlags()
	flags.HostnameOverride = given.node
	flags.NodeIP = given.address
	flags.KubeConfig = given.kubeconfig
	flags.RootDirectory = given.dir
	flags.CertDirectory = given.pki

	config, err := options.NewKubeletConfiguration()
	if err != nil {
		return nil, err
	}
	config.ContainerRuntimeEndpoint = "unix://" + given.socket
	config.Address = given.address
	config.HealthzPort = 0
	config.TLSCertFile = filepath.Join(given.pki, "kubelet.crt")
	config.TLSPrivateKeyFile = filepath.Join(given.pki, "kubelet.key")
	config.Authentication.X509.ClientCAFile = filepath.Join(given.pki, "ca.crt")
	config.Authentication.Anonymous.Enabled = false
	config.Authentication.Webhook.Enabled = true
	config.Authorization.Mode = kubeletconfig.KubeletAuthorizationModeWebhook
	config.ClusterDNS = []string{given.clusterDNS}
	config.ClusterDomain = "cluster.local"
	config.PodLogsDir = given.logs
	config.VolumePluginDir = filepath.Join(given.dir, "plugins")
	config.ResolverConfig = ""
	// The machine is not the cluster's: its memory and disks are no reason to evict a test's pods, it may have swap,
	// and its control groups are left alone.
	config.EvictionHard = map[string]string{}
	config.ImageGCHighThresholdPercent = 100
	config.FailSwapOn = false
	config.CgroupsPerQOS = false
	config.EnforceNodeAllocatable = []string{"none"}
	config.FailCgroupV1 = false
	config.MakeIPTablesUtilChains = false
	config.FeatureGates = map[string]bool{
		"KubeletInUserNamespace": true,
		"EventedPLEG":            true, // Hears at once of containers that have ended, in place of every second.
	}
	// Tests wait for what the kubelet says.
	config.SyncFrequency.Duration = 2 * time.Second
	config.RegistryPullQPS = 0
	config.EventRecordQPS = 0
	config.KubeAPIQPS = 200
	config.KubeAPIBurst = 400
	return &options.KubeletServer{KubeletFlags: *flags, KubeletConfiguration: *config}, nil
}
