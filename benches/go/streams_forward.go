package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"

	streamhttp "k8s.io/streaming/pkg/httpstream"

	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/transport/spdy"
)

// listen makes a local port that is one of the pod "ports", as kubectl does, until standard input ends.
func listen(port string) (*streamed, error) {
	config, client, err := connect()
	if err != nil {
		return nil, err
	}
	request := client.CoreV1().RESTClient().Post().Namespace("default").Resource("pods").Name("ports")
	url := request.SubResource("portforward").URL()
	transport, upgrader, err := spdy.RoundTripperFor(config)
	if err != nil {
		return nil, err
	}
	dialer := spdy.NewDialerForStreaming(upgrader, &http.Client{Transport: transport}, "POST", url)
	tunneling, err := portforward.NewSPDYOverWebsocketDialerForStreaming(url, config)
	if err != nil {
		return nil, err
	}
	dialer = portforward.NewFallbackDialerForStreaming(tunneling, dialer, func(err error) bool {
		return streamhttp.IsUpgradeFailure(err) || streamhttp.IsHTTPSProxyError(err)
	})
	stop, ready := make(chan struct{}), make(chan struct{})
	forwarder, err := portforward.NewForStreaming(dialer, []string{"0:" + port}, stop, ready, io.Discard, os.Stderr)
	if err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- forwarder.ForwardPorts() }()
	select {
	case <-ready:
	case err := <-ended:
		return nil, err
	}
	ports, err := forwarder.GetPorts()
	if err != nil {
		return nil, err
	}
	address := map[string]string{"address": fmt.Sprintf("127.0.0.1:%d", ports[0].Local)}
	if err := json.NewEncoder(os.Stdout).Encode(address); err != nil {
		return nil, err
	}
	return stream(func() (int, error) {
		_, err := io.Copy(io.Discard, os.Stdin)
		close(stop)
		return 0, err
	})
}
