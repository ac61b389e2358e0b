package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	k8s "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/streaming"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	restwatch "k8s.io/client-go/rest/watch"
	"k8s.io/client-go/tools/clientcmd"
)

// streamed is what something that streams took; only what it measures is there.
type streamed struct {
	CPU   float64 `json:"cpu"`
	Wall  float64 `json:"wall"`
	RSS   int     `json:"rss"`
	Items int     `json:"items"`
	First float64 `json:"first,omitempty"`
	Exit  float64 `json:"exit,omitempty"`
}

// stream does work, which gives how many items it was.
func stream(work func() (int, error)) (*streamed, error) {
	computed, start := cpu(), time.Now()
	items, err := work()
	if err != nil {
		return nil, err
	}
	wall, computed := time.Since(start).Seconds(), cpu()-computed
	_, peak, err := status()
	return &streamed{CPU: computed, Wall: wall, RSS: peak, Items: items}, err
}

// connect gives the client of the kubeconfig that the environment names.
func connect() (*rest.Config, *kubernetes.Clientset, error) {
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return nil, nil, err
	}
	config.QPS = -1
	client, err := kubernetes.NewForConfig(config)
	return config, client, err
}

// watchPods watches pods until the server ends the watch; each event is dropped.
func watchPods(format string) (*streamed, error) {
	config, _, err := connect()
	if err != nil {
		return nil, err
	}
	config.ContentType = mediaTypes[format]
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	return stream(func() (int, error) {
		options := metav1.ListOptions{ResourceVersion: "0"}
		watching, err := client.CoreV1().Pods("").Watch(context.Background(), options)
		if err != nil {
			return 0, err
		}
		count := 0
		for event := range watching.ResultChan() {
			if event.Type == watch.Error {
				return 0, fmt.Errorf("an error came: %v", event.Object)
			}
			count++
		}
		return count, nil
	})
}

// events writes the items of a list as a server sends them to a watch in protobuf.
func events(list, file string) error {
	body, err := os.ReadFile(list)
	if err != nil {
		return err
	}
	from, err := serializerOf("json")
	if err != nil {
		return err
	}
	object, _, err := from.Decode(body, nil, nil)
	if err != nil {
		return err
	}
	infos := scheme.Codecs.SupportedMediaTypes()
	info, found := k8s.SerializerInfoForMediaType(infos, k8s.ContentTypeProtobuf)
	if !found || info.StreamSerializer == nil {
		return errors.New("no protobuf")
	}
	out := &bytes.Buffer{}
	framed := streaming.NewEncoder(info.StreamSerializer.Framer.NewFrameWriter(out), info.StreamSerializer.Serializer)
	encoder := restwatch.NewEncoder(framed, scheme.Codecs.EncoderForVersion(info.Serializer, corev1.SchemeGroupVersion))
	err = meta.EachListItem(object, func(item k8s.Object) error {
		return encoder.Encode(&watch.Event{Type: watch.Modified, Object: item})
	})
	if err != nil {
		return err
	}
	return os.WriteFile(file, out.Bytes(), 0o644)
}
