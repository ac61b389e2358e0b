package main

import (
	"path/filepath"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// writeKubeconfigs writes one kubeconfig per identity and form of credential into `dir`, mode 0600. The API server is at
// `inside` for the components and at `server` for all others.
func writeKubeconfigs(dir, server, inside string, keys *pki) error {
	embedded := api.Cluster{Server: server, CertificateAuthorityData: keys.ca.certificate}
	component := api.Cluster{Server: inside, CertificateAuthorityData: keys.ca.certificate}
	files := []struct {
		name, user string
		cluster    api.Cluster
		auth       api.AuthInfo
	}{
		{"kubeconfig", "admin", embedded, byCertificate(keys.admin)},
		{"kubeconfig-viewer", "viewer", embedded, byCertificate(keys.viewer)},
		{"kubeconfig-token", "admin", embedded, api.AuthInfo{Token: keys.adminToken}},
		{"kubeconfig-nobody", "nobody", embedded, api.AuthInfo{Token: keys.nobodyToken}},
		// Relative paths, which are relative to the kubeconfig itself.
		{
			"kubeconfig-files", "admin",
			api.Cluster{Server: server, CertificateAuthority: "pki/ca.crt"},
			api.AuthInfo{ClientCertificate: "pki/admin.crt", ClientKey: "pki/admin.key"},
		},
		{"pki/controller-manager.kubeconfig", "controller-manager", component, byCertificate(keys.controllerManager)},
		{"pki/scheduler.kubeconfig", "scheduler", component, byCertificate(keys.scheduler)},
		{"pki/kubelet.kubeconfig", "kubelet", component, byCertificate(keys.node)},
	}
	for _, file := range files {
		config := api.NewConfig()
		config.Clusters["kubesdk-test"] = &file.cluster
		config.AuthInfos[file.user] = &file.auth
		config.Contexts[file.user+"@kubesdk-test"] = &api.Context{Cluster: "kubesdk-test", AuthInfo: file.user}
		config.CurrentContext = file.user + "@kubesdk-test"
		if err := clientcmd.WriteToFile(*config, filepath.Join(dir, file.name)); err != nil {
			return err
		}
	}
	return nil
}

func byCertificate(client pair) api.AuthInfo {
	return api.AuthInfo{ClientCertificateData: client.certificate, ClientKeyData: client.key}
}
