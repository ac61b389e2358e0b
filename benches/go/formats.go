package main

import (
	"fmt"
	"os"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/runtime/serializer/cbor"
	"k8s.io/client-go/kubernetes/scheme"
)

var mediaTypes = map[string]string{
	"json":     runtime.ContentTypeJSON,
	"cbor":     runtime.ContentTypeCBOR,
	"protobuf": runtime.ContentTypeProtobuf,
}

// serializerOf gives what client-go's typed clients decode and encode with.
func serializerOf(format string) (runtime.Serializer, error) {
	if err := apiextensions.AddToScheme(scheme.Scheme); err != nil {
		return nil, err
	}
	codecs := serializer.NewCodecFactory(scheme.Scheme, serializer.WithSerializer(cbor.NewSerializerInfo))
	info, found := runtime.SerializerInfoForMediaType(codecs.SupportedMediaTypes(), mediaTypes[format])
	if !found {
		return nil, fmt.Errorf("no format %q", format)
	}
	return info.Serializer, nil
}

// convert writes lists as a server answers with them when asked for CBOR and for protobuf.
func convert(files []string) error {
	from, err := serializerOf("json")
	if err != nil {
		return err
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		object, _, err := from.Decode(body, nil, nil)
		if err != nil {
			return fmt.Errorf("decoding %s: %w", file, err)
		}
		for extension, format := range map[string]string{".cbor": "cbor", ".pb": "protobuf"} {
			if err := write(strings.TrimSuffix(file, ".json")+extension, format, object); err != nil {
				return err
			}
		}
	}
	return nil
}

func write(path, format string, object runtime.Object) error {
	to, err := serializerOf(format)
	if err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	// A server does not sort the keys of its answers' CBOR.
	if to, ok := to.(runtime.NondeterministicEncoder); ok {
		return to.EncodeNondeterministic(object, file)
	}
	return to.Encode(object, file)
}
