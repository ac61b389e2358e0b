// Package cri is a container runtime for tests: it speaks the kubelet's Container Runtime Interface and runs a
// container's command as a local process in namespaces of its own. There are no images: every container sees the
// machine's own files, read-only, below a root of its own (see root.go). Each pod has a network namespace with an address
// that the node reaches (see network.go). Nothing is isolated from a hostile program, and no resource is limited.
package cri

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"os/exec"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
	"k8s.io/cri-streaming/pkg/streaming"
)

// Config is what a runtime must be told.
type Config struct {
	// Socket is the path at which the kubelet finds the runtime.
	Socket string
	// PodNetwork holds the addresses of pods, NodeAddress is the one with which the node speaks to them.
	PodNetwork  *net.IPNet
	NodeAddress net.IP
	// Staging is an empty directory on which the roots of containers are put together.
	Staging string
}

// Runtime holds all pods and containers. What no method here answers is unimplemented, which the kubelet takes for a
// runtime without that feature.
type Runtime struct {
	runtimeapi.UnimplementedRuntimeServiceServer
	config       Config
	streams      streaming.Server
	mountProgram string

	mu          sync.Mutex
	sandboxes   map[string]*sandbox
	containers  map[string]*container
	lastAddress net.IP

	events chan *runtimeapi.ContainerEventResponse
}

// Serve answers the kubelet until the process ends. It returns once the socket is there.
func Serve(config Config) error {
	r := &Runtime{
		events: make(chan *runtimeapi.ContainerEventResponse, waitingEvents),
		config: config, sandboxes: map[string]*sandbox{}, containers: map[string]*container{},
		lastAddress: config.PodNetwork.IP.Mask(config.PodNetwork.Mask),
	}
	var err error
	if r.mountProgram, err = exec.LookPath("mount"); err != nil {
		return fmt.Errorf("containers need the program `mount` (util-linux): %w", err)
	}
	if err := r.serveStreams(); err != nil {
		return err
	}
	_ = os.Remove(config.Socket) // From a runtime before this one.
	listener, err := net.Listen("unix", config.Socket)
	if err != nil {
		return fmt.Errorf("the container runtime's socket: %w", err)
	}
	server := grpc.NewServer()
	runtimeapi.RegisterRuntimeServiceServer(server, r)
	runtimeapi.RegisterImageServiceServer(server, images{})
	go func() { _ = server.Serve(listener) }()
	return nil
}

// Version names the runtime; container IDs begin with the name.
func (r *Runtime) Version(context.Context, *runtimeapi.VersionRequest) (*runtimeapi.VersionResponse, error) {
	return &runtimeapi.VersionResponse{
		Version: "0.1.0", RuntimeName: "kubesdk", RuntimeVersion: "0.1.0", RuntimeApiVersion: "v1",
	}, nil
}

// Status says that runtime and network are ready: there is nothing to wait for.
func (r *Runtime) Status(context.Context, *runtimeapi.StatusRequest) (*runtimeapi.StatusResponse, error) {
	return &runtimeapi.StatusResponse{Status: &runtimeapi.RuntimeStatus{Conditions: []*runtimeapi.RuntimeCondition{
		{Type: runtimeapi.RuntimeReady, Status: true},
		{Type: runtimeapi.NetworkReady, Status: true},
	}}}, nil
}

// RuntimeConfig names a driver of control groups because one must be named; none are used.
func (r *Runtime) RuntimeConfig(
	context.Context, *runtimeapi.RuntimeConfigRequest,
) (*runtimeapi.RuntimeConfigResponse, error) {
	return &runtimeapi.RuntimeConfigResponse{
		Linux: &runtimeapi.LinuxRuntimeConfiguration{CgroupDriver: runtimeapi.CgroupDriver_CGROUPFS},
	}, nil
}

// UpdateRuntimeConfig hears of the node's pod network, which the runtime knows already.
func (r *Runtime) UpdateRuntimeConfig(
	context.Context, *runtimeapi.UpdateRuntimeConfigRequest,
) (*runtimeapi.UpdateRuntimeConfigResponse, error) {
	return &runtimeapi.UpdateRuntimeConfigResponse{}, nil
}

// UpdateContainerResources does nothing: no resource is limited.
func (r *Runtime) UpdateContainerResources(
	context.Context, *runtimeapi.UpdateContainerResourcesRequest,
) (*runtimeapi.UpdateContainerResourcesResponse, error) {
	return &runtimeapi.UpdateContainerResourcesResponse{}, nil
}

// ListContainerStats knows of nothing that containers use.
func (r *Runtime) ListContainerStats(
	context.Context, *runtimeapi.ListContainerStatsRequest,
) (*runtimeapi.ListContainerStatsResponse, error) {
	return &runtimeapi.ListContainerStatsResponse{}, nil
}

func (r *Runtime) sandbox(id string) (*sandbox, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if found := r.sandboxes[id]; found != nil {
		return found, nil
	}
	return nil, status.Errorf(codes.NotFound, "there is no pod sandbox %q", id)
}

func (r *Runtime) container(id string) (*container, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if found := r.containers[id]; found != nil {
		return found, nil
	}
	return nil, status.Errorf(codes.NotFound, "there is no container %q", id)
}

// running is the container if its process runs.
func (r *Runtime) running(id string) (*container, error) {
	found, err := r.container(id)
	if err != nil {
		return nil, err
	}
	if state := found.current().State; state != runtimeapi.ContainerState_CONTAINER_RUNNING {
		return nil, status.Errorf(codes.FailedPrecondition, "container %s is not running (%s)",
			found.config.Metadata.Name, state)
	}
	return found, nil
}

func newID() string {
	id := make([]byte, 32)
	_, _ = rand.Read(id) // Never fails: crypto/rand ends the program instead.
	return hex.EncodeToString(id)
}

// matches tells whether an object's labels hold all of the selector's.
func matches(labels, selector map[string]string) bool {
	for key, value := range selector {
		if labels[key] != value {
			return false
		}
	}
	return true
}
