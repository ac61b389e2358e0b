package cri

import (
	"context"
	"time"

	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// images answers that every image is there already: the machine's own files are the image of all containers.
type images struct {
	runtimeapi.UnimplementedImageServiceServer
}

// ListImages lists nothing, so that there is nothing to clean up.
func (images) ListImages(
	context.Context, *runtimeapi.ListImagesRequest,
) (*runtimeapi.ListImagesResponse, error) {
	return &runtimeapi.ListImagesResponse{}, nil
}

// ImageStatus knows every image by the name under which it is asked for.
func (images) ImageStatus(
	_ context.Context, request *runtimeapi.ImageStatusRequest,
) (*runtimeapi.ImageStatusResponse, error) {
	name := request.GetImage().GetImage()
	return &runtimeapi.ImageStatusResponse{Image: &runtimeapi.Image{
		Id: name, RepoTags: []string{name}, Spec: request.Image, Uid: &runtimeapi.Int64Value{Value: 0},
		Size: 1, // None would be an error.
	}}, nil
}

// PullImage has nothing to fetch.
func (images) PullImage(
	_ context.Context, request *runtimeapi.PullImageRequest,
) (*runtimeapi.PullImageResponse, error) {
	return &runtimeapi.PullImageResponse{ImageRef: request.GetImage().GetImage()}, nil
}

// RemoveImage has nothing to remove.
func (images) RemoveImage(
	context.Context, *runtimeapi.RemoveImageRequest,
) (*runtimeapi.RemoveImageResponse, error) {
	return &runtimeapi.RemoveImageResponse{}, nil
}

// ImageFsInfo says where images would be.
func (images) ImageFsInfo(
	context.Context, *runtimeapi.ImageFsInfoRequest,
) (*runtimeapi.ImageFsInfoResponse, error) {
	usage := []*runtimeapi.FilesystemUsage{{
		Timestamp:  time.Now().UnixNano(),
		FsId:       &runtimeapi.FilesystemIdentifier{Mountpoint: "/"},
		UsedBytes:  &runtimeapi.UInt64Value{},
		InodesUsed: &runtimeapi.UInt64Value{},
	}}
	return &runtimeapi.ImageFsInfoResponse{ImageFilesystems: usage, ContainerFilesystems: usage}, nil
}
