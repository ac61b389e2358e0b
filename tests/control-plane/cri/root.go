package cri

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	securejoin "github.com/cyphar/filepath-securejoin"
	"golang.org/x/sys/unix"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// A container's root is a small file system in memory into which the machine's own top folders are mounted, read-only.
// /tmp, /run (and so /var/run) and /dev are its own, /proc is mounted by its first process.
var (
	ownFolders = map[string]os.FileMode{
		"tmp": 0o777 | os.ModeSticky, "run": 0o755, "proc": 0o555, "dev": 0o755, "dev/shm": 0o777 | os.ModeSticky,
	}
	devices = []string{"null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts"}
	links   = map[string]string{
		"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2",
	}
)

// buildRoot puts a container's root together at `root`, an empty folder. It must run in a new mount namespace, which is
// cut off first, so that nothing of this is seen anywhere else.
func buildRoot(root string, mounts []*runtimeapi.Mount, directory string) error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("making the mounts private: %w", err)
	}
	if err := replicate("/", root, ownFolders); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(ownFolders)) {
		path := filepath.Join(root, name)
		if err := os.Mkdir(path, 0o755); err != nil {
			return err
		}
		if err := os.Chmod(path, ownFolders[name]); err != nil { // Mkdir is subject to the umask.
			return err
		}
	}
	// In a user namespace, only who sees a whole /proc may mount another. The container's own comes on top of it.
	if err := bind("/proc", filepath.Join(root, "proc"), false); err != nil {
		return err
	}
	for _, name := range devices {
		if err := bind(filepath.Join("/dev", name), filepath.Join(root, "dev", name), false); err != nil {
			return err
		}
	}
	for name, target := range links {
		if err := os.Symlink(target, filepath.Join(root, "dev", name)); err != nil {
			return err
		}
	}
	return mountVolumes(root, mounts, directory)
}

// mountVolumes mounts what the kubelet asks for, outer places before inner ones, and makes the working directory.
func mountVolumes(root string, mounts []*runtimeapi.Mount, directory string) error {
	mounts = slices.Clone(mounts)
	slices.SortStableFunc(mounts, func(a, b *runtimeapi.Mount) int {
		return strings.Count(filepath.Clean(a.ContainerPath), "/") - strings.Count(filepath.Clean(b.ContainerPath), "/")
	})
	for _, mount := range mounts {
		target, err := place(root, filepath.Dir(mount.ContainerPath))
		if err != nil {
			return fmt.Errorf("the mount point %s: %w", mount.ContainerPath, err)
		}
		target, err = securejoin.SecureJoin(target, filepath.Base(mount.ContainerPath))
		if err != nil {
			return err
		}
		if _, err := os.Lstat(target); errors.Is(err, os.ErrNotExist) {
			if target, err = replace(root, target); err != nil {
				return fmt.Errorf("the mount point %s: %w", mount.ContainerPath, err)
			}
		}
		if err := bind(mount.HostPath, target, mount.Readonly); err != nil {
			return fmt.Errorf("mounting %s at %s: %w", mount.HostPath, mount.ContainerPath, err)
		}
	}
	_, err := place(root, directory)
	return err
}

// place is the folder `path` of the container; what is missing of it is made.
func place(root, path string) (string, error) {
	target, err := securejoin.SecureJoin(root, path)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(target, 0o755); errors.Is(err, unix.EROFS) {
		if target, err = replace(root, target); err == nil {
			err = os.MkdirAll(target, 0o755)
		}
		return target, err
	} else if err != nil {
		return "", err
	}
	return target, nil
}

// replace makes the deepest folder above `target` that exists a writable one with the same content, unless it is
// writable: nothing may be made in the machine's own.
func replace(root, target string) (string, error) {
	folder := filepath.Dir(target)
	for {
		if _, err := os.Stat(folder); err == nil {
			break
		}
		folder = filepath.Dir(folder)
	}
	if unix.Access(folder, unix.W_OK) == nil {
		return target, nil
	}
	inside, err := filepath.Rel(root, folder)
	if err != nil {
		return "", err
	}
	return target, replicate(filepath.Join("/", inside), folder, nil)
}

// replicate mounts an empty file system on `target` and in it, read-only, all that `source` holds but for `without`.
func replicate(source, target string, without map[string]os.FileMode) error {
	entries, err := os.ReadDir(source)
	if err != nil {
		return err
	}
	if err := unix.Mount("tmpfs", target, "tmpfs", unix.MS_NOSUID, "mode=755"); err != nil {
		return fmt.Errorf("mounting a tmpfs on %s: %w", target, err)
	}
	for _, entry := range entries {
		from, to := filepath.Join(source, entry.Name()), filepath.Join(target, entry.Name())
		if _, left := without[entry.Name()]; left {
			continue
		}
		if entry.Type()&os.ModeSymlink != 0 {
			link, err := os.Readlink(from)
			if err == nil {
				err = os.Symlink(link, to)
			}
			if err != nil {
				return err
			}
		} else if err := bind(from, to, true); err != nil {
			return fmt.Errorf("showing %s: %w", from, err)
		}
	}
	return nil
}

// bind makes `source` appear at `target`, with all that is mounted below it.
func bind(source, target string, readonly bool) error {
	info, err := os.Stat(source)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(target); errors.Is(err, os.ErrNotExist) {
		if info.IsDir() {
			err = os.Mkdir(target, 0o755)
		} else {
			err = os.WriteFile(target, nil, 0o644)
		}
		if err != nil {
			return err
		}
	}
	if err := unix.Mount(source, target, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return err
	}
	if !readonly {
		return nil
	}
	attributes := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}
	return unix.MountSetattr(unix.AT_FDCWD, target, unix.AT_RECURSIVE, &attributes)
}

// enterRoot makes `root` the root of the calling thread's mount namespace and lets go of the old one.
func enterRoot(root string) error {
	if err := os.Chdir(root); err != nil {
		return err
	}
	// With both at one place the old root is stacked upon the new one (pivot_root(2)) and can be taken off it.
	if err := unix.PivotRoot(".", "."); err != nil {
		return fmt.Errorf("pivot_root: %w", err)
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return fmt.Errorf("unmounting the old root: %w", err)
	}
	return os.Chdir("/")
}
