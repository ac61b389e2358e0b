package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// pair is a certificate with its private key, both in PEM.
type pair struct {
	certificate, key []byte
}

// pki is every identity of one cluster, made fresh at each start.
type pki struct {
	ca, server                                  pair
	admin, controllerManager, scheduler, viewer pair
	// Who the kubelet is to others, and who the API server is to the kubelet.
	node, kubelet, kubeletClient pair
	adminToken, nobodyToken      string
}

// createPKI makes all keys, certificates and tokens and writes them to `dir`, readable by the owner alone.
func createPKI(dir string) (*pki, error) {
	authority, err := newAuthority()
	if err != nil {
		return nil, fmt.Errorf("making the certificate authority: %w", err)
	}
	made := &pki{ca: authority.pair, adminToken: randomToken(), nobodyToken: randomToken()}
	identities := []struct {
		name     string
		into     *pair
		template *x509.Certificate
	}{
		{"server", &made.server, serverTemplate()},
		{"admin", &made.admin, clientTemplate("admin", "system:masters")},
		{"controller-manager", &made.controllerManager, clientTemplate("system:kube-controller-manager")},
		{"scheduler", &made.scheduler, clientTemplate("system:kube-scheduler")},
		{"viewer", &made.viewer, clientTemplate("viewer", "testers")},
		{"node", &made.node, clientTemplate("system:node:"+nodeName, "system:nodes")},
		{"kubelet", &made.kubelet, nodeTemplate()},
		{"kubelet-client", &made.kubeletClient, clientTemplate("kube-apiserver-kubelet-client", "system:masters")},
	}
	files := map[string][]byte{"ca.crt": made.ca.certificate, "ca.key": made.ca.key}
	for _, identity := range identities {
		if *identity.into, err = authority.issue(identity.template); err != nil {
			return nil, fmt.Errorf("making the certificate of %s: %w", identity.name, err)
		}
		files[identity.name+".crt"] = identity.into.certificate
		files[identity.name+".key"] = identity.into.key
	}
	if files["sa.key"], files["sa.pub"], err = serviceAccountKey(); err != nil {
		return nil, fmt.Errorf("making the service-account key: %w", err)
	}
	// Columns: token, user, uid, groups. `nobody` is known to the server and may do nothing.
	files["tokens.csv"] = fmt.Appendf(nil, "%s,admin,admin,\"system:masters\"\n%s,nobody,nobody\n",
		made.adminToken, made.nobodyToken)
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return nil, err
		}
	}
	return made, nil
}

type authority struct {
	pair
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority() (*authority, error) {
	template := template("kubesdk-test-ca")
	template.IsCA = true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	signed, err := sign(template, template, key, key)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(signed.certificate)
	certificate, err := x509.ParseCertificate(block.Bytes)
	return &authority{signed, certificate, key}, err
}

func (a *authority) issue(template *x509.Certificate) (pair, error) {
	key, err := newKey()
	if err != nil {
		return pair{}, err
	}
	return sign(template, a.certificate, key, a.key)
}

// sign makes the certificate that `template` describes for `key`, signed by `parent` with `parentKey`.
func sign(template, parent *x509.Certificate, key, parentKey *ecdsa.PrivateKey) (pair, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), parentKey)
	if err != nil {
		return pair{}, err
	}
	keyPEM, err := privateKeyPEM(key)
	return pair{pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), keyPEM}, err
}

func template(name string, groups ...string) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	return &x509.Certificate{
		SerialNumber: serial.Add(serial, big.NewInt(1)),
		Subject:      pkix.Name{CommonName: name, Organization: groups},
		// An hour of slack for clocks that differ between a machine and its containers.
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().AddDate(10, 0, 0),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
	}
}

func clientTemplate(user string, groups ...string) *x509.Certificate {
	certificate := template(user, groups...)
	certificate.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return certificate
}

func serverTemplate() *x509.Certificate {
	certificate := template("kube-apiserver")
	certificate.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	certificate.DNSNames = []string{
		"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc",
		"kubernetes.default.svc.cluster.local",
	}
	certificate.IPAddresses = []net.IP{
		net.IPv4(127, 0, 0, 1), net.IPv6loopback, net.ParseIP(firstServiceIP), net.ParseIP(nodeIP),
	}
	return certificate
}

func nodeTemplate() *x509.Certificate {
	certificate := template("system:node:"+nodeName, "system:nodes")
	certificate.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	certificate.DNSNames = []string{nodeName}
	certificate.IPAddresses = []net.IP{net.ParseIP(nodeIP)}
	return certificate
}

// serviceAccountKey makes the key that signs service-account tokens: private and public half in PEM.
func serviceAccountKey() (private, public []byte, err error) {
	key, err := newKey()
	if err != nil {
		return nil, nil, err
	}
	if private, err = privateKeyPEM(key); err != nil {
		return nil, nil, err
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	return private, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), err
}

func newKey() (*ecdsa.PrivateKey, error) {
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}

// privateKeyPEM writes SEC 1, the form that Kubernetes' own tools write for elliptic curves.
func privateKeyPEM(key *ecdsa.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalECPrivateKey(key)
	return pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), err
}

func randomToken() string {
	token := make([]byte, 32)
	_, _ = rand.Read(token) // Never fails: crypto/rand ends the program instead.
	return hex.EncodeToString(token)
}
