//go:build !withoutkubelet

package main

import (
	"github.com/spf13/cobra"

	"controlplane/kubelet"
)

// newKubelet is the kubelet of `controlplane kubelet`.
func newKubelet() *cobra.Command { return kubelet.NewCommand() }
