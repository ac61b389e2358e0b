package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"time"
)

// probes ask the components whether they are ready, as the cluster's admin.
type probes struct {
	client *http.Client
}

func newProbes(keys *pki) (*probes, error) {
	admin, err := tls.X509KeyPair(keys.admin.certificate, keys.admin.key)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(keys.ca.certificate) {
		return nil, errors.New("the certificate authority just made cannot be read back")
	}
	transport := &http.Transport{
		Proxy:           nil, // The components are on loopback, whatever the environment says about proxies.
		TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{admin}},
	}
	return &probes{&http.Client{Transport: transport, Timeout: 5 * time.Second}}, nil
}

// ask reports whether `address` answers 200 with a body that satisfies `ready`, and otherwise what happened instead.
func (p *probes) ask(ctx context.Context, address string, ready func(io.Reader) bool) (answer string, yes bool) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err.Error(), false
	}
	response, err := p.client.Do(request)
	if err != nil {
		return err.Error(), false
	}
	defer response.Body.Close()
	return response.Status, response.StatusCode == http.StatusOK && ready(response.Body)
}

// whatever is for questions whose answer is no more than that there is one.
func whatever(io.Reader) bool { return true }
