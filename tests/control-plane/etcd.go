package main

import (
	"fmt"
	"net/url"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/embed"
)

// runEtcd serves one etcd member on loopback. It has no signal handler: the data is thrown away with the cluster, so
// dying at once is the right way to stop.
func runEtcd(args []string) {
	var dir string
	var clientPort, peerPort int
	command := &cobra.Command{
		Use:           "etcd",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return serveEtcd(dir, clientPort, peerPort)
		},
	}
	command.Flags().StringVar(&dir, "dir", "", "directory of the data")
	command.Flags().IntVar(&clientPort, "client-port", 2379, "loopback port for clients")
	command.Flags().IntVar(&peerPort, "peer-port", 2380, "loopback port for peers")
	_ = command.MarkFlagRequired("dir")
	command.SetArgs(args)
	if err := command.Execute(); err != nil {
		fail(1, "Error: etcd: %v", err)
	}
}

func serveEtcd(dir string, clientPort, peerPort int) error {
	client, peer := loopbackURL(clientPort), loopbackURL(peerPort)
	config := embed.NewConfig()
	config.Dir = dir
	config.LogLevel = "warn"
	config.UnsafeNoFsync = true // Waiting for the disk is most of a write's time, and nobody keeps this data.
	config.ListenClientUrls, config.AdvertiseClientUrls = []url.URL{client}, []url.URL{client}
	config.ListenPeerUrls, config.AdvertisePeerUrls = []url.URL{peer}, []url.URL{peer}
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	etcd, err := embed.StartEtcd(config)
	if err != nil {
		return err
	}
	return <-etcd.Err()
}

func loopbackURL(port int) url.URL {
	return url.URL{Scheme: "http", Host: fmt.Sprintf("127.0.0.1:%d", port)}
}
