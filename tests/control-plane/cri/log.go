package cri

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Longer lines are written in parts, as other runtimes do.
const longestPart = 16 * 1024

// containerLog is a container's log file in the form that the kubelet reads: `TIME STREAM TAG TEXT`, where the tag F
// ends a line and P continues it.
type containerLog struct {
	path string
	mu   sync.Mutex
	file *os.File
}

func openLog(path string) (*containerLog, error) {
	log := &containerLog{path: path}
	return log, log.reopen()
}

func (l *containerLog) reopen() error {
	if l.path == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(l.path), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(l.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o640)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil {
		_ = l.file.Close()
	}
	l.file = file
	return nil
}

func (l *containerLog) write(stream, tag string, text []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil {
		_, _ = fmt.Fprintf(l.file, "%s %s %s %s\n", time.Now().Format(time.RFC3339Nano), stream, tag, text)
	}
}

func (l *containerLog) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil {
		_ = l.file.Close()
		l.file = nil
	}
}

// follow writes all that `from` gives to the log, line by line, and to `also` as it comes. It returns at the end.
func (l *containerLog) follow(stream string, from io.Reader, also io.Writer) {
	var line []byte
	buffer := make([]byte, 32*1024)
	for {
		count, err := from.Read(buffer)
		_, _ = also.Write(buffer[:count])
		for rest := buffer[:count]; len(rest) > 0; {
			text, after, whole := bytes.Cut(rest, []byte{'\n'})
			line, rest = append(line, text...), after
			for len(line) > longestPart {
				l.write(stream, "P", line[:longestPart])
				line = line[longestPart:]
			}
			if whole {
				l.write(stream, "F", line)
				line = nil
			}
		}
		if err != nil {
			if len(line) > 0 {
				l.write(stream, "P", line)
			}
			return
		}
	}
}
