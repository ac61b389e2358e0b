package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/remotecommand"
)

// execTimes runs a command so many times, one after the other.
func execTimes(count string) (*streamed, error) {
	times, err := strconv.Atoi(count)
	if err != nil {
		return nil, err
	}
	config, client, err := connect()
	if err != nil {
		return nil, err
	}
	for range 3 {
		if _, _, err := execOnce(config, client); err != nil {
			return nil, err
		}
	}
	var first, exit []float64
	taken, err := stream(func() (int, error) {
		for range times {
			one, other, err := execOnce(config, client)
			if err != nil {
				return 0, err
			}
			first, exit = append(first, one), append(exit, other)
		}
		return times, nil
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(first)
	slices.Sort(exit)
	taken.First, taken.Exit = first[times/2], exit[times/2]
	return taken, nil
}

// execOnce gives the seconds until the first byte of a command's output, and until its end.
func execOnce(config *rest.Config, client kubernetes.Interface) (first, exit float64, err error) {
	start := time.Now()
	out := &firstByte{}
	err = exec(config, client, []string{"echo", "x"}, nil, out)
	if err == nil && out.at.IsZero() {
		err = errors.New("no byte")
	}
	return out.at.Sub(start).Seconds(), time.Since(start).Seconds(), err
}

// firstByte knows when something was first written.
type firstByte struct{ at time.Time }

func (it *firstByte) Write(bytes []byte) (int, error) {
	if it.at.IsZero() {
		it.at = time.Now()
	}
	return len(bytes), nil
}

// exec runs a command in the container of the pod "busy", as kubectl does.
func exec(config *rest.Config, client kubernetes.Interface, command []string, in io.Reader, out io.Writer) error {
	options := &corev1.PodExecOptions{Command: command, Stdin: in != nil, Stdout: true, Stderr: true}
	request := client.CoreV1().RESTClient().Post().Namespace("default").Resource("pods").Name("busy")
	url := request.SubResource("exec").VersionedParams(options, scheme.ParameterCodec).URL()
	executor, err := remotecommand.NewWebSocketExecutor(config, "GET", url.String())
	if err != nil {
		return err
	}
	said := &bytes.Buffer{}
	streams := remotecommand.StreamOptions{Stdin: in, Stdout: out, Stderr: said}
	if err := executor.StreamWithContext(context.Background(), streams); err != nil {
		return errors.Join(err, errors.New(said.String()))
	}
	return nil
}
