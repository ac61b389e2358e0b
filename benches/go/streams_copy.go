package main

import (
	"archive/tar"
	"io"
	"os"
	"path"
)

// copyIn copies a file into the container of the pod "busy", as kubectl cp does.
func copyIn(file, target string) (*streamed, error) {
	config, client, err := connect()
	if err != nil {
		return nil, err
	}
	return stream(func() (int, error) {
		info, err := os.Lstat(file)
		if err != nil {
			return 0, err
		}
		reader, writer := io.Pipe()
		go func() { writer.CloseWithError(pack(file, info, path.Base(target), writer)) }()
		command := []string{"tar", "-xmf", "-", "-C", path.Dir(target)}
		return int(info.Size()), exec(config, client, command, reader, io.Discard)
	})
}

func pack(file string, info os.FileInfo, name string, to io.Writer) error {
	writer := tar.NewWriter(to)
	header, err := tar.FileInfoHeader(info, file)
	if err != nil {
		return err
	}
	header.Name = name
	if err := writer.WriteHeader(header); err != nil {
		return err
	}
	opened, err := os.Open(file)
	if err != nil {
		return err
	}
	defer opened.Close()
	if _, err := io.Copy(writer, opened); err != nil {
		return err
	}
	return writer.Close()
}

// copyOut copies a file out of the container of the pod "busy", as kubectl cp does.
func copyOut(source, file string) (*streamed, error) {
	config, client, err := connect()
	if err != nil {
		return nil, err
	}
	return stream(func() (int, error) {
		reader, writer := io.Pipe()
		go func() {
			writer.CloseWithError(exec(config, client, []string{"tar", "cf", "-", source}, nil, writer))
		}()
		archive := tar.NewReader(reader)
		if _, err := archive.Next(); err != nil {
			return 0, err
		}
		target, err := os.Create(file)
		if err != nil {
			return 0, err
		}
		defer target.Close()
		count, err := io.Copy(target, archive)
		if err != nil {
			return 0, err
		}
		// What fills the last record up, and how the command ended.
		_, err = io.Copy(io.Discard, reader)
		return int(count), err
	})
}
