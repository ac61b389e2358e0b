package kubelet

import (
	"context"
	"fmt"
	"runtime"
	"time"

	cadvisor "github.com/google/cadvisor/lib/model"
	"golang.org/x/sys/unix"
	"k8s.io/klog/v2"
)

// machine tells the kubelet what the machine has, in place of cAdvisor, which reads control groups. What single
// containers use is not known.
type machine struct{ dir string }

func (machine) Start() error { return nil }

// MachineInfo names processors and memory: the node's capacity.
func (machine) MachineInfo(klog.Logger) (*cadvisor.MachineInfo, error) {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return nil, fmt.Errorf("sysinfo: %w", err)
	}
	return &cadvisor.MachineInfo{
		NumCores: runtime.NumCPU(), MemoryCapacity: info.Totalram * uint64(info.Unit),
	}, nil
}

func (machine) VersionInfo() (*cadvisor.VersionInfo, error) {
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		return nil, fmt.Errorf("uname: %w", err)
	}
	return &cadvisor.VersionInfo{
		KernelVersion: unix.ByteSliceToString(name.Release[:]), ContainerOsVersion: "the machine's own files",
	}, nil
}

// ContainerInfoV2 knows the root control group alone, which the kubelet asks for in order to know the node.
func (machine) ContainerInfoV2(name string, _ cadvisor.RequestOptions) (map[string]cadvisor.ContainerInfo, error) {
	if name != "/" {
		return nil, nil
	}
	return map[string]cadvisor.ContainerInfo{"/": {
		Spec: cadvisor.ContainerSpec{}, Stats: []*cadvisor.ContainerStats{{Timestamp: time.Now()}},
	}}, nil
}

func (machine) GetRequestedContainersInfo(
	string, cadvisor.RequestOptions,
) (map[string]*cadvisor.ContainerInfo, error) {
	return nil, nil
}

func (m machine) ImagesFsInfo(context.Context) (cadvisor.FsInfo, error)    { return m.RootFsInfo() }
func (m machine) ContainerFsInfo(context.Context) (cadvisor.FsInfo, error) { return m.RootFsInfo() }
func (m machine) RootFsInfo() (cadvisor.FsInfo, error)                     { return m.GetDirFsInfo(m.dir) }

// GetDirFsInfo tells how full a file system is.
func (machine) GetDirFsInfo(path string) (cadvisor.FsInfo, error) {
	var info unix.Statfs_t
	if err := unix.Statfs(path, &info); err != nil {
		return cadvisor.FsInfo{}, fmt.Errorf("statfs %s: %w", path, err)
	}
	size := uint64(info.Bsize)
	inodes, inodesFree := info.Files, info.Ffree
	return cadvisor.FsInfo{
		Timestamp: time.Now(), Mountpoint: path, Capacity: info.Blocks * size, Available: info.Bavail * size,
		Usage: (info.Blocks - info.Bfree) * size, Inodes: &inodes, InodesFree: &inodesFree,
	}, nil
}
