package cri

import (
	"context"
	"path/filepath"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// container is one run of a container: a restart makes a new one.
type container struct {
	id      string
	sandbox *sandbox
	config  *runtimeapi.ContainerConfig
	logPath string
	// What the runtime knows: where roots are put together, and which program mounts /proc.
	staging, mountProgram string

	mu      sync.Mutex
	status  lifecycle
	process *process      // From its start on.
	ended   chan struct{} // Closed when the state is EXITED.
	onEnd   func(*container)
}

// lifecycle is what changes of a container. Times are in nanoseconds since 1970.
type lifecycle struct {
	State                      runtimeapi.ContainerState
	created, started, finished int64
	exitCode                   int32
	reason, message            string
	stopping                   bool
}

func (c *container) current() lifecycle {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.status
}

// CreateContainer notes what is to be run.
func (r *Runtime) CreateContainer(
	_ context.Context, request *runtimeapi.CreateContainerRequest,
) (*runtimeapi.CreateContainerResponse, error) {
	sandbox, err := r.sandbox(request.PodSandboxId)
	if err != nil {
		return nil, err
	}
	if len(request.Config.Command)+len(request.Config.Args) == 0 {
		return nil, status.Errorf(codes.InvalidArgument, "container %s names no command; images have none here, "+
			"because the machine's own files are the image: set `command`", request.Config.GetMetadata().GetName())
	}
	made := &container{
		id: newID(), sandbox: sandbox, config: request.Config, staging: r.config.Staging,
		mountProgram: r.mountProgram,
		ended:        make(chan struct{}), onEnd: r.hasEnded,
		status: lifecycle{
			State: runtimeapi.ContainerState_CONTAINER_CREATED, created: time.Now().UnixNano(),
		},
	}
	if directory := request.SandboxConfig.GetLogDirectory(); directory != "" && request.Config.LogPath != "" {
		made.logPath = filepath.Join(directory, request.Config.LogPath)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.containers[made.id] = made
	return &runtimeapi.CreateContainerResponse{ContainerId: made.id}, nil
}

// StartContainer starts the process. One that cannot be started has ended, with the code that containerd gives it.
func (r *Runtime) StartContainer(
	_ context.Context, request *runtimeapi.StartContainerRequest,
) (*runtimeapi.StartContainerResponse, error) {
	found, err := r.container(request.ContainerId)
	if err != nil {
		return nil, err
	}
	if err := found.start(); err != nil {
		found.end(128, "StartError", err.Error())
		return nil, status.Errorf(codes.Unknown, "failed to start container: %v", err)
	}
	return &runtimeapi.StartContainerResponse{}, nil
}

// StopContainer asks the process to end and kills it when the time is up.
func (r *Runtime) StopContainer(
	_ context.Context, request *runtimeapi.StopContainerRequest,
) (*runtimeapi.StopContainerResponse, error) {
	if found, err := r.container(request.ContainerId); err == nil {
		found.stop(time.Duration(request.Timeout) * time.Second)
	}
	return &runtimeapi.StopContainerResponse{}, nil
}

// RemoveContainer forgets a container, which is stopped first. Its log is the kubelet's to remove.
func (r *Runtime) RemoveContainer(
	_ context.Context, request *runtimeapi.RemoveContainerRequest,
) (*runtimeapi.RemoveContainerResponse, error) {
	if found, err := r.container(request.ContainerId); err == nil {
		found.stop(0)
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.containers, found.id)
	}
	return &runtimeapi.RemoveContainerResponse{}, nil
}

// end records how a container ended.
func (c *container) end(exitCode int32, reason, message string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.status.State == runtimeapi.ContainerState_CONTAINER_EXITED {
		return
	}
	c.status.State = runtimeapi.ContainerState_CONTAINER_EXITED
	c.status.finished = time.Now().UnixNano()
	if c.status.started == 0 {
		c.status.started = c.status.finished
	}
	c.status.exitCode, c.status.reason, c.status.message = exitCode, reason, message
	close(c.ended)
	c.onEnd(c)
}

// stop ends a container that runs and returns when it has ended.
func (c *container) stop(grace time.Duration) {
	if c.current().State != runtimeapi.ContainerState_CONTAINER_RUNNING {
		return
	}
	if grace > 0 {
		c.process.signal(stopSignal(c.config.StopSignal))
		select {
		case <-c.ended:
			return
		case <-time.After(grace):
		}
	}
	c.process.kill()
	<-c.ended
}

// ContainerStatus describes one container.
func (r *Runtime) ContainerStatus(
	_ context.Context, request *runtimeapi.ContainerStatusRequest,
) (*runtimeapi.ContainerStatusResponse, error) {
	found, err := r.container(request.ContainerId)
	if err != nil {
		return nil, err
	}
	now, config := found.current(), found.config
	return &runtimeapi.ContainerStatusResponse{Status: &runtimeapi.ContainerStatus{
		Id: found.id, Metadata: config.Metadata, State: now.State, CreatedAt: now.created, StartedAt: now.started,
		FinishedAt: now.finished, ExitCode: now.exitCode, Image: config.Image, ImageRef: config.Image.GetImage(),
		ImageId: config.Image.GetImage(), Reason: now.reason, Message: now.message, Labels: config.Labels,
		Annotations: config.Annotations, Mounts: config.Mounts, LogPath: found.logPath,
		StopSignal: config.StopSignal,
	}}, nil
}

// ListContainers lists containers.
func (r *Runtime) ListContainers(
	_ context.Context, request *runtimeapi.ListContainersRequest,
) (*runtimeapi.ListContainersResponse, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	filter := request.GetFilter()
	response := &runtimeapi.ListContainersResponse{}
	for _, one := range r.containers {
		now, sandbox, config := one.current(), one.sandbox.status.Id, one.config
		if filter.GetId() != "" && filter.GetId() != one.id ||
			filter.GetPodSandboxId() != "" && filter.GetPodSandboxId() != sandbox ||
			filter.GetState() != nil && filter.GetState().State != now.State ||
			!matches(config.Labels, filter.GetLabelSelector()) {
			continue
		}
		response.Containers = append(response.Containers, &runtimeapi.Container{
			Id: one.id, PodSandboxId: sandbox, Metadata: config.Metadata, Image: config.Image,
			ImageRef: config.Image.GetImage(), ImageId: config.Image.GetImage(), State: now.State,
			CreatedAt: now.created, Labels: config.Labels, Annotations: config.Annotations,
		})
	}
	return response, nil
}

// ReopenContainerLog starts the log anew after the kubelet has moved it away.
func (r *Runtime) ReopenContainerLog(
	_ context.Context, request *runtimeapi.ReopenContainerLogRequest,
) (*runtimeapi.ReopenContainerLogResponse, error) {
	found, err := r.running(request.ContainerId)
	if err != nil {
		return nil, err
	}
	return &runtimeapi.ReopenContainerLogResponse{}, found.process.log.reopen()
}
