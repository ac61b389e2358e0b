package main

import (
	"fmt"
	"slices"
)

const (
	firstServiceIP = "10.0.0.1"
	serviceRange   = "10.0.0.0/24"
)

// wideFlags switch on every API that the server knows: the flags of the vendored documents of record.
var wideFlags = []string{
	"--runtime-config=api/all=true",
	"--feature-gates=AllAlpha=true,AllBeta=true",
	"--enable-logs-handler=true",
}

// start makes the cluster's identities, starts the components in order, each when the one before is ready, and announces
// the cluster.
func (s *supervisor) start() error {
	keys, err := createPKI(s.path("pki"))
	if err != nil {
		return err
	}
	if s.ports, err = reservePorts(6); err != nil {
		return err
	}
	s.server = fmt.Sprintf("https://127.0.0.1:%d", s.ports[2].port)
	if err := s.connectOutside(); err != nil {
		return err
	}
	if err := writeKubeconfigs(s.dir, s.published(), s.server, keys); err != nil {
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
	if s.sample {
		if err := s.startSampleAPIServer(); err != nil {
			return err
		}
	}
	if s.kubelet {
		if err := s.startNode(); err != nil {
			return err
		}
	}
	return s.announce()
}

func (s *supervisor) startAPIServer() error {
	etcd := fmt.Sprintf("http://127.0.0.1:%d", s.ports[0].port)
	if err := s.spawn("etcd", "--dir="+s.path("data"),
		fmt.Sprintf("--client-port=%d", s.ports[0].port), fmt.Sprintf("--peer-port=%d", s.ports[1].port)); err != nil {
		return err
	}
	if err := s.await("etcd", etcd+"/health", whatever); err != nil {
		return err
	}
	if err := s.spawn("apiserver", s.apiserverArguments(etcd)...); err != nil {
		return err
	}
	return s.await("apiserver", s.server+"/readyz", whatever)
}

// apiserverArguments ends with what the user gave, because the last of two equal flags wins.
func (s *supervisor) apiserverArguments(etcd string) []string {
	arguments := []string{
		"--etcd-servers=" + etcd,
		fmt.Sprintf("--secure-port=%d", s.ports[2].port),
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
	return slices.Concat(arguments, s.addressArguments(), s.aggregationArguments(), s.requestedFlags())
}

// addressArguments say where the API server listens, what it advertises, and how it reaches kubelets.
func (s *supervisor) addressArguments() []string {
	if !s.kubelet {
		return []string{
			"--bind-address=127.0.0.1",
			// Endpoints may not be on loopback, and the default, the address of the default route, is missing on a
			// machine without a network and wrong for a server that listens on loopback alone. So the server advertises
			// nothing.
			"--advertise-address=127.0.0.1",
			"--endpoint-reconciler-type=none",
		}
	}
	return []string{
		"--bind-address=0.0.0.0", // All there is of it is the cluster's own network namespace.
		"--advertise-address=" + nodeIP,
		"--kubelet-preferred-address-types=InternalIP",
		"--kubelet-certificate-authority=" + s.path("pki/ca.crt"),
		"--kubelet-client-certificate=" + s.path("pki/kubelet-client.crt"),
		"--kubelet-client-key=" + s.path("pki/kubelet-client.key"),
	}
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
		if err := s.await("scheduler", fmt.Sprintf("https://127.0.0.1:%d/readyz", s.ports[4].port), whatever); err != nil {
			return err
		}
	}
	if withControllerManager {
		return s.await("controller-manager", s.server+"/api/v1/namespaces/default/serviceaccounts/default", whatever)
	}
	// The API server itself makes the namespace, some moments after it reports ready.
	return s.await("apiserver", s.server+"/api/v1/namespaces/default", whatever)
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
