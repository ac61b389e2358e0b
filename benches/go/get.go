package main

import (
	"context"
	"strconv"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// got is what reading took.
type got struct {
	CPU   float64 `json:"cpu"`
	Wall  float64 `json:"wall"`
	Items int     `json:"items"`
}

// get reads a small object so many times, 32 at once; once means a process' first answer.
func get(count, kubeconfig string) (*got, error) {
	times, err := strconv.Atoi(count)
	if err != nil {
		return nil, err
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	// Without the limit of 5 calls a second that it has by default.
	config.QPS = -1
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	if times > 1 {
		if err := getAtOnce(client, 320); err != nil {
			return nil, err
		}
	}
	computed, start := cpu(), time.Now()
	if err := getAtOnce(client, times); err != nil {
		return nil, err
	}
	return &got{CPU: cpu() - computed, Wall: time.Since(start).Seconds(), Items: times}, nil
}

func getAtOnce(client kubernetes.Interface, times int) error {
	workers := min(32, times)
	failures := make(chan error, workers)
	var working sync.WaitGroup
	for range workers {
		working.Go(func() {
			for range times / workers {
				_, err := client.CoreV1().Namespaces().Get(context.Background(), "default", metav1.GetOptions{})
				if err != nil {
					failures <- err
					return
				}
			}
		})
	}
	working.Wait()
	close(failures)
	return <-failures
}
