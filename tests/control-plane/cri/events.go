package cri

import (
	"time"

	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// More than wait at any time: the kubelet looks for what it has not heard of every second anyway.
const waitingEvents = 1000

// GetContainerEvents tells the kubelet at once when a container has ended, the one event that it acts on.
func (r *Runtime) GetContainerEvents(
	_ *runtimeapi.GetEventsRequest, stream runtimeapi.RuntimeService_GetContainerEventsServer,
) error {
	for {
		select {
		case <-stream.Context().Done():
			return nil
		case event := <-r.events:
			if err := stream.Send(event); err != nil {
				return err
			}
		}
	}
}

// hasEnded makes the event of a container that has ended.
func (r *Runtime) hasEnded(one *container) {
	event := &runtimeapi.ContainerEventResponse{
		ContainerId: one.id, ContainerEventType: runtimeapi.ContainerEventType_CONTAINER_STOPPED_EVENT,
		CreatedAt: time.Now().UnixNano(),
		PodSandboxStatus: &runtimeapi.PodSandboxStatus{
			Id: one.sandbox.status.Id, Metadata: one.sandbox.config.Metadata,
		},
	}
	select {
	case r.events <- event:
	default:
	}
}
