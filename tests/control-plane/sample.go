package main

import (
	"fmt"
	"os"

	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/sample-apiserver/pkg/cmd/server"
)

// runSampleAPIServer is Kubernetes' own example of an API server that extends another one: `wardle.example.com`.
func runSampleAPIServer(args []string) {
	options := server.NewWardleServerOptions(os.Stdout, os.Stderr)
	runComponent(server.NewCommandStartWardleServer(genericapiserver.SetupSignalContext(), options, false), args)
}

// aggregationArguments say as whom the API server comes to servers that extend it, and that it vouches for its callers.
func (s *supervisor) aggregationArguments() []string {
	if !s.sample {
		return nil
	}
	return []string{
		"--requestheader-client-ca-file=" + s.path("pki/ca.crt"),
		"--requestheader-allowed-names=kube-apiserver-kubelet-client",
		"--requestheader-username-headers=X-Remote-User",
		"--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--proxy-client-cert-file=" + s.path("pki/kubelet-client.crt"),
		"--proxy-client-key-file=" + s.path("pki/kubelet-client.key"),
	}
}

// sampleManifest makes the API server pass the group on. A Service of another type would need an address that is not
// of the loopback.
const sampleManifest = `apiVersion: v1
kind: Namespace
metadata: {name: wardle}
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: wardle}
spec: {type: ExternalName, externalName: localhost, ports: [{port: %[1]d}]}
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1alpha1.wardle.example.com}
spec:
  group: wardle.example.com
  version: v1alpha1
  insecureSkipTLSVerify: true
  groupPriorityMinimum: 1000
  versionPriority: 15
  service: {name: api, namespace: wardle, port: %[1]d}
`

// startSampleAPIServer starts it and leaves beside the cluster's kubeconfig the manifest that registers it.
func (s *supervisor) startSampleAPIServer() error {
	port, kubeconfig := s.ports[5].port, s.path("pki/controller-manager.kubeconfig")
	manifest := fmt.Sprintf(sampleManifest, port)
	if err := os.WriteFile(s.path("sample-apiserver.yaml"), []byte(manifest), 0o600); err != nil {
		return err
	}
	if err := s.spawn("sample-apiserver",
		fmt.Sprintf("--etcd-servers=http://127.0.0.1:%d", s.ports[0].port),
		fmt.Sprintf("--secure-port=%d", port),
		"--bind-address=127.0.0.1",
		"--kubeconfig="+kubeconfig,
		"--authentication-kubeconfig="+kubeconfig,
		"--authorization-kubeconfig="+kubeconfig,
		"--tls-cert-file="+s.path("pki/server.crt"),
		"--tls-private-key-file="+s.path("pki/server.key"),
	); err != nil {
		return err
	}
	return s.await("sample-apiserver", fmt.Sprintf("https://127.0.0.1:%d/readyz", port), whatever)
}
