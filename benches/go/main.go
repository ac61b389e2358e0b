// Command peer does with client-go what benches/contenders and benches/list do with the libraries of Rust, and writes
// the data of the benchmarks in the formats that only Kubernetes' own encoders write.
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

const usage = `usage:
  peer convert FILE.json...                                  writes FILE.cbor and FILE.pb beside each
  peer measure FORMAT OPERATION FILE ROUNDS                  FORMAT: json, cbor, protobuf
  peer list FORMAT plain|gzip KUBECONFIG                     lists the pods of a cluster
  peer get TIMES KUBECONFIG                                  reads a small object, 32 at once
  peer events FILE.json FILE                                 writes the items of a list as a watch in protobuf
and, with the kubeconfig that KUBECONFIG names,
  peer watch FORMAT                                          until the server ends it
  peer exec TIMES                                            one after the other
  peer listen PORT                                           forwards a port until standard input ends
  peer copy-in FILE PATH, peer copy-out PATH FILE`

func run(arguments []string) error {
	switch {
	case len(arguments) >= 1 && arguments[0] == "convert":
		return convert(arguments[1:])
	case len(arguments) == 5 && arguments[0] == "measure":
		return print(measure(arguments[1], arguments[2], arguments[3], arguments[4]))
	case len(arguments) == 3 && arguments[0] == "get":
		return print(get(arguments[1], arguments[2]))
	case len(arguments) == 4 && arguments[0] == "list":
		return print(list(arguments[1], arguments[2] == "gzip", arguments[3]))
	case len(arguments) == 3 && arguments[0] == "events":
		return events(arguments[1], arguments[2])
	case len(arguments) == 2 && arguments[0] == "watch":
		return print(watchPods(arguments[1]))
	case len(arguments) == 2 && arguments[0] == "exec":
		return print(execTimes(arguments[1]))
	case len(arguments) == 2 && arguments[0] == "listen":
		return print(listen(arguments[1]))
	case len(arguments) == 3 && arguments[0] == "copy-in":
		return print(copyIn(arguments[1], arguments[2]))
	case len(arguments) == 3 && arguments[0] == "copy-out":
		return print(copyOut(arguments[1], arguments[2]))
	}
	return fmt.Errorf("%s", usage)
}

func print(result any, err error) error {
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}
