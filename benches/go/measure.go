package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	k8s "k8s.io/apimachinery/pkg/runtime"
)

// result is what a measurement prints; only what it measures is there.
type result struct {
	Times *times `json:"times,omitempty"`
	Held  int    `json:"held,omitempty"`
	Peak  int    `json:"peak,omitempty"`
	Items int    `json:"items,omitempty"`
	Bytes int    `json:"bytes,omitempty"`
}

func measure(format, operation, file, roundsText string) (*result, error) {
	serializer, err := serializerOf(format)
	if err != nil {
		return nil, err
	}
	rounds, err := strconv.Atoi(roundsText)
	if err != nil {
		return nil, err
	}
	switch operation {
	case "memory":
		return memory(serializer, file)
	case "resident":
		return residentGrowth(serializer, file)
	}
	body, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if operation == "decode" {
		return decode(serializer, body, rounds)
	}
	object, _, err := serializer.Decode(body, nil, nil)
	if err != nil {
		return nil, err
	}
	switch operation {
	case "encode":
		return encode(serializer, object, rounds, func() *bytes.Buffer { return &bytes.Buffer{} })
	case "encode-used":
		used := &bytes.Buffer{}
		if err := serializer.Encode(object, used); err != nil {
			return nil, err
		}
		return encode(serializer, object, rounds, func() *bytes.Buffer { used.Reset(); return used })
	case "clone":
		return onlyTimes(timed(rounds, func() error { object.DeepCopyObject(); return nil }))
	case "compare":
		return compare(serializer, object, body, rounds)
	}
	return nil, fmt.Errorf("no operation %q", operation)
}

func onlyTimes(all times, err error) (*result, error) {
	return &result{Times: &all}, err
}

func decode(serializer k8s.Serializer, body []byte, rounds int) (*result, error) {
	var object k8s.Object
	all, err := timed(rounds, func() (err error) {
		object, _, err = serializer.Decode(body, nil, nil)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &result{Times: &all, Items: meta.LenList(object)}, nil
}

func encode(serializer k8s.Serializer, object k8s.Object, rounds int, buffer func() *bytes.Buffer) (*result, error) {
	size := 0
	all, err := timed(rounds, func() error {
		out := buffer()
		err := serializer.Encode(object, out)
		size = out.Len()
		return err
	})
	return &result{Times: &all, Bytes: size}, err
}

// compare takes a list that was decoded apart, so that nothing is shared.
func compare(serializer k8s.Serializer, object k8s.Object, body []byte, rounds int) (*result, error) {
	other, _, err := serializer.Decode(body, nil, nil)
	if err != nil {
		return nil, err
	}
	return onlyTimes(timed(rounds, func() error {
		if !equality.Semantic.DeepEqual(object, other) {
			return errors.New("two lists of one body differ")
		}
		return nil
	}))
}

// memory gives what the decoded list holds, without the body.
func memory(serializer k8s.Serializer, file string) (*result, error) {
	before := heap()
	object, err := decodeFile(serializer, file)
	if err != nil {
		return nil, err
	}
	held := heap() - before
	items := meta.LenList(object)
	runtime.KeepAlive(object)
	return &result{Held: held, Items: items}, nil
}

func residentGrowth(serializer k8s.Serializer, file string) (*result, error) {
	before, _, err := resident()
	if err != nil {
		return nil, err
	}
	object, err := decodeFile(serializer, file)
	if err != nil {
		return nil, err
	}
	now, peak, err := resident()
	items := meta.LenList(object)
	runtime.KeepAlive(object)
	return &result{Held: now - before, Peak: peak - before, Items: items}, err
}

func decodeFile(serializer k8s.Serializer, file string) (k8s.Object, error) {
	body, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	object, _, err := serializer.Decode(body, nil, nil)
	return object, err
}
