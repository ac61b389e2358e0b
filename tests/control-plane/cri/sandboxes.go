package cri

import (
	"context"
	"fmt"
	"net"
	"os"
	"time"

	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// sandbox is a pod: a name, an address and a network namespace. It has no process of its own.
type sandbox struct {
	status  runtimeapi.PodSandboxStatus
	config  *runtimeapi.PodSandboxConfig
	address string
	network *os.File // Nothing for pods of the host network.
}

// RunPodSandbox gives a pod its address. Pods of the host network have the node's, which the kubelet knows.
func (r *Runtime) RunPodSandbox(
	_ context.Context, request *runtimeapi.RunPodSandboxRequest,
) (*runtimeapi.RunPodSandboxResponse, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	config := request.Config
	made := &sandbox{config: config}
	namespaces := config.GetLinux().GetSecurityContext().GetNamespaceOptions()
	if namespaces.GetNetwork() != runtimeapi.NamespaceMode_NODE {
		address, err := r.nextAddress()
		if err != nil {
			return nil, err
		}
		made.address = address.String()
		if made.network, err = newNetwork(address, r.config.NodeAddress); err != nil {
			return nil, err
		}
	}
	made.status = runtimeapi.PodSandboxStatus{
		Id: newID(), Metadata: config.Metadata, State: runtimeapi.PodSandboxState_SANDBOX_READY,
		CreatedAt: time.Now().UnixNano(), Labels: config.Labels, Annotations: config.Annotations,
		Network: &runtimeapi.PodSandboxNetworkStatus{Ip: made.address},
		Linux: &runtimeapi.LinuxPodSandboxStatus{
			Namespaces: &runtimeapi.Namespace{Options: namespaces},
		},
	}
	r.sandboxes[made.status.Id] = made
	return &runtimeapi.RunPodSandboxResponse{PodSandboxId: made.status.Id}, nil
}

// nextAddress goes round the pod network, so that an address comes back as late as possible.
func (r *Runtime) nextAddress() (net.IP, error) {
	used := map[string]bool{}
	for _, one := range r.sandboxes {
		used[one.address] = true
	}
	network := r.config.PodNetwork
	ones, bits := network.Mask.Size()
	for range 1 << (bits - ones) {
		next := append(net.IP(nil), r.lastAddress...)
		for i := len(next) - 1; i >= 0; i-- {
			if next[i]++; next[i] != 0 {
				break
			}
		}
		if !network.Contains(next) {
			next = network.IP.Mask(network.Mask)
		}
		r.lastAddress = next
		if last := next[len(next)-1]; last != 0 && last != 255 && !used[next.String()] {
			return next, nil
		}
	}
	return nil, fmt.Errorf("all addresses of the pod network %s are taken", network)
}

// StopPodSandbox ends what still runs of a pod.
func (r *Runtime) StopPodSandbox(
	_ context.Context, request *runtimeapi.StopPodSandboxRequest,
) (*runtimeapi.StopPodSandboxResponse, error) {
	for _, one := range r.containersOf(request.PodSandboxId) {
		one.stop(0)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if found := r.sandboxes[request.PodSandboxId]; found != nil {
		found.status.State = runtimeapi.PodSandboxState_SANDBOX_NOTREADY
	}
	return &runtimeapi.StopPodSandboxResponse{}, nil
}

// RemovePodSandbox forgets a pod and its containers.
func (r *Runtime) RemovePodSandbox(
	ctx context.Context, request *runtimeapi.RemovePodSandboxRequest,
) (*runtimeapi.RemovePodSandboxResponse, error) {
	for _, one := range r.containersOf(request.PodSandboxId) {
		remove := &runtimeapi.RemoveContainerRequest{ContainerId: one.id}
		if _, err := r.RemoveContainer(ctx, remove); err != nil {
			return nil, err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if found := r.sandboxes[request.PodSandboxId]; found != nil && found.network != nil {
		_ = found.network.Close()
	}
	delete(r.sandboxes, request.PodSandboxId)
	return &runtimeapi.RemovePodSandboxResponse{}, nil
}

func (r *Runtime) containersOf(sandbox string) []*container {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []*container
	for _, one := range r.containers {
		if one.sandbox.status.Id == sandbox {
			found = append(found, one)
		}
	}
	return found
}

// PodSandboxStatus describes one pod.
func (r *Runtime) PodSandboxStatus(
	_ context.Context, request *runtimeapi.PodSandboxStatusRequest,
) (*runtimeapi.PodSandboxStatusResponse, error) {
	found, err := r.sandbox(request.PodSandboxId)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return &runtimeapi.PodSandboxStatusResponse{Status: copied(&found.status)}, nil
}

// ListPodSandbox lists pods.
func (r *Runtime) ListPodSandbox(
	_ context.Context, request *runtimeapi.ListPodSandboxRequest,
) (*runtimeapi.ListPodSandboxResponse, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	filter := request.GetFilter()
	response := &runtimeapi.ListPodSandboxResponse{}
	for _, one := range r.sandboxes {
		status := &one.status
		if filter.GetId() != "" && filter.GetId() != status.Id ||
			filter.GetState() != nil && filter.GetState().State != status.State ||
			!matches(status.Labels, filter.GetLabelSelector()) {
			continue
		}
		response.Items = append(response.Items, &runtimeapi.PodSandbox{
			Id: status.Id, Metadata: status.Metadata, State: status.State, CreatedAt: status.CreatedAt,
			Labels: status.Labels, Annotations: status.Annotations,
		})
	}
	return response, nil
}

// copied lets a status be sent while the next change is made to it.
func copied(status *runtimeapi.PodSandboxStatus) *runtimeapi.PodSandboxStatus {
	return &runtimeapi.PodSandboxStatus{
		Id: status.Id, Metadata: status.Metadata, State: status.State, CreatedAt: status.CreatedAt,
		Network: status.Network, Linux: status.Linux, Labels: status.Labels, Annotations: status.Annotations,
	}
}
