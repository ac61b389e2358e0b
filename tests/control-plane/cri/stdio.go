package cri

import (
	"errors"
	"io"
	"os"
	"sync"
)

// stdio is what a process gets as its standard files.
type stdio struct {
	in, out, err *os.File
	terminal     bool
}

// closeChildEnds is for after the start, when the process has its own copies.
func (s *stdio) closeChildEnds() {
	for _, file := range []*os.File{s.in, s.out, s.err} {
		if file != nil {
			_ = file.Close()
		}
	}
}

// openStdio connects a container's process with its log, with those who attach and, if the container wants it, with a
// standard input or a terminal.
func (c *container) openStdio(made *process) (*stdio, error) {
	if c.config.Tty {
		terminal, other, err := openTerminal()
		if err != nil {
			return nil, err
		}
		made.terminal = terminal
		made.follow("stdout", terminal, made.stdout())
		return &stdio{in: other, out: other, err: other, terminal: true}, nil
	}
	result := &stdio{}
	var err error
	if c.config.Stdin {
		var writer *os.File
		if result.in, writer, err = os.Pipe(); err != nil {
			return nil, err
		}
		made.stdin = writer
	} else if result.in, err = os.Open(os.DevNull); err != nil {
		return nil, err
	}
	if result.out, err = made.pipe("stdout", made.stdout()); err != nil {
		return nil, err
	}
	result.err, err = made.pipe("stderr", made.stderr())
	return result, err
}

func (p *process) pipe(stream string, also io.Writer) (*os.File, error) {
	reader, writer, err := os.Pipe()
	if err == nil {
		p.follow(stream, reader, also)
	}
	return writer, err
}

// follow keeps the process from being closed until all that it said is in the log.
func (p *process) follow(stream string, from io.ReadCloser, also io.Writer) {
	p.said.Add(1)
	go func() {
		defer p.said.Done()
		p.log.follow(stream, from, also)
		_ = from.Close()
	}()
}

// attached is one who listens to a container.
type attached struct {
	out, err io.Writer
	gone     chan struct{} // Closed when the container has ended.
}

// broadcast is the list of those who listen. A slow one slows the container down, as with other runtimes.
type broadcast struct {
	mu        sync.Mutex
	listeners map[*attached]bool
	ended     bool
}

func (b *broadcast) add(one *attached) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ended {
		return errors.New("the container has ended")
	}
	if b.listeners == nil {
		b.listeners = map[*attached]bool{}
	}
	b.listeners[one] = true
	return nil
}

func (b *broadcast) remove(one *attached) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.listeners, one)
}

func (b *broadcast) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	for one := range b.listeners {
		close(one.gone)
	}
	b.listeners = nil
}

// channel writes to one of the two streams of all who listen.
type channel struct {
	broadcast *broadcast
	choose    func(*attached) io.Writer
}

func (p *process) stdout() io.Writer {
	return channel{&p.output, func(one *attached) io.Writer { return one.out }}
}

func (p *process) stderr() io.Writer {
	return channel{&p.output, func(one *attached) io.Writer { return one.err }}
}

// Write never fails: who can no longer be written to is dropped when they leave.
func (c channel) Write(bytes []byte) (int, error) {
	c.broadcast.mu.Lock()
	var all []*attached
	for one := range c.broadcast.listeners {
		all = append(all, one)
	}
	c.broadcast.mu.Unlock()
	for _, one := range all {
		if writer := c.choose(one); writer != nil {
			_, _ = writer.Write(bytes)
		}
	}
	return len(bytes), nil
}
