package cri

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
)

// openTerminal makes a pseudo-terminal: our end and the end for a process.
func openTerminal() (ours, theirs *os.File, err error) {
	ours, err = os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			_ = ours.Close()
		}
	}()
	number, err := onTerminal(ours, func(fd int) (int, error) {
		if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
			return 0, err
		}
		number, err := unix.IoctlGetUint32(fd, unix.TIOCGPTN)
		return int(number), err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("making a terminal: %w", err)
	}
	theirs, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	return ours, theirs, err
}

// resize passes sizes on until the channel is closed.
func resize(terminal *os.File, sizes <-chan remotecommand.TerminalSize) {
	for size := range sizes {
		_, _ = onTerminal(terminal, func(fd int) (int, error) {
			return 0, unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: size.Height, Col: size.Width})
		})
	}
}

// onTerminal calls `control` with a file descriptor that stays open meanwhile. (*os.File).Fd would make reads block a
// thread each, and closing would not end them.
func onTerminal(terminal *os.File, control func(fd int) (int, error)) (result int, err error) {
	raw, err := terminal.SyscallConn()
	if err != nil {
		return 0, err
	}
	controlled := raw.Control(func(fd uintptr) { result, err = control(int(fd)) })
	if controlled != nil {
		return 0, controlled
	}
	return result, err
}
