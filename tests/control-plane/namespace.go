package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"
)

// With a node, the whole cluster lives in one network namespace. These addresses exist there and nowhere else.
const (
	nodeName   = "node"
	nodeIP     = "10.1.0.1"
	podNetwork = "10.244.0.0/16"
	// Nothing answers there: the cluster has no names but those of /etc/hosts.
	clusterDNS = "10.0.0.10"
)

// enterNamespaces replaces this program by itself in a mount and a network namespace of its own, and, unless it is
// root, a user namespace in which it is. unshare(1) does it, because only a program of one thread can enter a user
// namespace. What connects the two sides is a listener on the loopback of the outside, which the program keeps.
func enterNamespaces(userNamespace bool) error {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	file, err := listener.(*net.TCPListener).File()
	if err != nil {
		return err
	}
	// A duplicate has no close-on-exec flag.
	outside, err := unix.Dup(int(file.Fd()))
	if err != nil {
		return err
	}
	unshare, err := exec.LookPath("unshare")
	if err != nil {
		return fmt.Errorf("a cluster with a kubelet needs the program `unshare` (util-linux): %w", err)
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	flags, err := allowedNamespaces(unshare, userNamespace)
	if err != nil {
		return err
	}
	arguments := slices.Concat([]string{"unshare"}, flags, []string{"--", program}, os.Args[1:],
		[]string{"--outside=" + strconv.Itoa(outside)})
	return syscall.Exec(unshare, arguments, os.Environ())
}

// allowedNamespaces finds the flags with which unshare(1) is allowed to do its work, while there is still somebody to
// say why it is not. Root may lack the right, too, in a container for one.
func allowedNamespaces(unshare string, userNamespace bool) ([]string, error) {
	variants := [][]string{{"--mount", "--net"}, {"--mount", "--net", "--map-root-user"}}
	if userNamespace || os.Geteuid() != 0 {
		variants = variants[1:]
	}
	var said []string
	for _, flags := range variants {
		output, err := exec.Command(unshare, append(flags, "true")...).CombinedOutput()
		if err == nil {
			return flags, nil
		}
		said = append(said, fmt.Sprintf("%v: %s", err, strings.TrimSpace(string(output))))
	}
	return nil, fmt.Errorf("a cluster with a kubelet lives in namespaces of its own, which this user may not make (%s); "+
		"run as root with CAP_SYS_ADMIN, or allow user namespaces (sysctl user.max_*_namespaces, "+
		"kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns; a container's seccomp profile)",
		strings.Join(said, "; "))
}

// prepareNamespaces brings up the network: the node's address, and the network of services as a local one, so that
// each of its addresses can be listened on. The folders to which a kubelet writes are replaced by empty ones.
func prepareNamespaces() error {
	loopback, err := netlink.LinkByName("lo")
	if err != nil {
		return fmt.Errorf("the loopback interface: %w", err)
	}
	if err := netlink.LinkSetUp(loopback); err != nil {
		return fmt.Errorf("bringing up the loopback interface: %w", err)
	}
	address, err := netlink.ParseAddr(nodeIP + "/32")
	if err != nil {
		return err
	}
	if err := netlink.AddrAdd(loopback, address); err != nil {
		return fmt.Errorf("the node's address %s: %w", nodeIP, err)
	}
	_, services, err := net.ParseCIDR(serviceRange)
	if err != nil {
		return err
	}
	route := netlink.Route{
		LinkIndex: loopback.Attrs().Index, Dst: services, Type: unix.RTN_LOCAL, Scope: unix.RT_SCOPE_HOST,
		Table: unix.RT_TABLE_LOCAL,
	}
	if err := netlink.RouteAdd(&route); err != nil {
		return fmt.Errorf("making the network of services %s local: %w", services, err)
	}
	// Pods reach each other through the node.
	if err := os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o644); err != nil {
		return fmt.Errorf("forwarding between pods: %w", err)
	}
	for _, folder := range []string{"/run", "/var/log"} {
		if err := unix.Mount("tmpfs", folder, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=755"); err != nil {
			return fmt.Errorf("mounting an empty %s: %w", folder, err)
		}
	}
	return nil
}

// outsideListener is the listener that enterNamespaces kept open.
func outsideListener(descriptor int) (net.Listener, error) {
	file := os.NewFile(uintptr(descriptor), "outside")
	if file == nil {
		return nil, errors.New("--outside names no open file")
	}
	unix.CloseOnExec(descriptor) // The components have no use for it.
	defer file.Close()
	return net.FileListener(file)
}

// connectOutside makes the API server, which is to be started at s.server, reachable under two more addresses: from
// outside of the network namespace, and as the service `kubernetes`, whose address pods are given.
func (s *supervisor) connectOutside() error {
	if !s.kubelet {
		return nil
	}
	server := strings.TrimPrefix(s.server, "https://")
	listener, err := outsideListener(s.outside)
	if err != nil {
		return fmt.Errorf("the port of the API server for the outside: %w", err)
	}
	s.forwarded = "https://" + listener.Addr().String()
	service, err := net.Listen("tcp4", firstServiceIP+":443")
	if err != nil {
		return fmt.Errorf("the address of the service kubernetes: %w", err)
	}
	go relay(listener, server)
	go relay(service, server)
	return nil
}

// published is the API server's address for those who use the cluster.
func (s *supervisor) published() string {
	if s.kubelet {
		return s.forwarded
	}
	return s.server
}

// kubeletFolder is where the kubelet finds its folder: it makes sockets there, whose paths may have 107 bytes.
const kubeletFolder = "/run/kubelet"

// startNode starts the kubelet and waits until its node is ready.
func (s *supervisor) startNode() error {
	for _, folder := range []string{s.path("kubelet"), kubeletFolder} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
	}
	if err := unix.Mount(s.path("kubelet"), kubeletFolder, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("mounting the kubelet's folder: %w", err)
	}
	err := s.spawn("kubelet", "--node="+nodeName, "--address="+nodeIP, "--pod-network="+podNetwork,
		"--cluster-dns="+clusterDNS, "--dir="+kubeletFolder, "--pod-logs="+s.path("logs/pods"), "--runtime-socket=/run/cri.sock",
		"--pki="+s.path("pki"), "--kubeconfig="+s.path("pki/kubelet.kubeconfig"))
	if err != nil {
		return err
	}
	return s.await("kubelet", s.server+"/api/v1/nodes/"+nodeName, nodeIsReady)
}

// nodeIsReady reads the answer to a question for a node.
func nodeIsReady(body io.Reader) bool {
	var node corev1.Node
	if json.NewDecoder(body).Decode(&node) != nil {
		return false
	}
	return slices.ContainsFunc(node.Status.Conditions, func(condition corev1.NodeCondition) bool {
		return condition.Type == corev1.NodeReady && condition.Status == corev1.ConditionTrue
	})
}
