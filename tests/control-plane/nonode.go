//go:build withoutkubelet

package main

import "github.com/spf13/cobra"

// newKubelet says why there is none: ours is linked against the newest Kubernetes alone, and those before it (see
// versions) are here for their API servers.
func newKubelet() *cobra.Command {
	return &cobra.Command{
		Use:           "kubelet",
		SilenceErrors: true,
		RunE: func(*cobra.Command, []string) error {
			fail(1, "Error: this version of Kubernetes was built without a kubelet; use the newest one for pods")
			return nil
		},
	}
}
