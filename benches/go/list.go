package main

import (
	"context"
	"runtime"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// listed is what listing took.
type listed struct {
	CPU   float64 `json:"cpu"`
	Wall  float64 `json:"wall"`
	Held  int     `json:"held"`
	Peak  int     `json:"peak"`
	Items int     `json:"items"`
}

// list lists all pods of a cluster in one answer. Connecting is measured too.
func list(format string, gzip bool, kubeconfig string) (*listed, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.ContentType = mediaTypes[format]
	config.DisableCompression = !gzip
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	before, _, err := status()
	if err != nil {
		return nil, err
	}
	computed, start := cpu(), time.Now()
	pods, err := client.CoreV1().Pods("").List(context.Background(), metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	wall, computed := time.Since(start).Seconds(), cpu()-computed
	now, peak, err := status()
	items := len(pods.Items)
	runtime.KeepAlive(pods)
	return &listed{CPU: computed, Wall: wall, Held: now - before, Peak: peak - before, Items: items}, err
}
