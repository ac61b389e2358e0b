package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"k8s.io/component-base/version"
)

// announce writes cluster.json and then the one line on standard output for which the caller waits.
func (s *supervisor) announce() error {
	if err := s.writeRecord(); err != nil {
		return err
	}
	s.announced.Store(true)
	line, err := json.Marshal(map[string]any{
		"ready": true, "kubeconfig": s.path("kubeconfig"), "server": s.published(),
	})
	if err != nil {
		return err
	}
	_, err = fmt.Printf("%s\n", line)
	return err
}

// writeRecord writes cluster.json, which tells other programs about this cluster.
func (s *supervisor) writeRecord() error {
	record, err := s.record()
	if err != nil {
		return err
	}
	return writeWhole(s.path("cluster.json"), record)
}

// process identifies a process beyond the reuse of its number.
type process struct {
	Pid int `json:"pid"`
	// Clock ticks from boot to the start of the process: field 22 of /proc/PID/stat (proc(5)).
	StartTime string `json:"startTime"`
}

func (s *supervisor) record() ([]byte, error) {
	self, err := identify(os.Getpid())
	if err != nil {
		return nil, err
	}
	components := map[string]process{}
	for _, child := range s.children {
		if components[child.name], err = identify(child.process.Process.Pid); err != nil {
			return nil, err
		}
	}
	return json.MarshalIndent(struct {
		Server     string             `json:"server"`
		Version    string             `json:"version"`
		Flags      []string           `json:"flags"`
		Kubeconfig string             `json:"kubeconfig"`
		Supervisor process            `json:"supervisor"`
		Components map[string]process `json:"components"`
	}{
		s.published(), version.Get().GitVersion, append([]string{}, s.requestedFlags()...), s.path("kubeconfig"), self,
		components,
	}, "", "  ")
}

func identify(pid int) (process, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return process{}, err
	}
	// The second field, the name in parentheses, may hold spaces; the third follows the last parenthesis.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 20 {
		return process{}, fmt.Errorf("/proc/%d/stat has %d fields after the name, expected 20 or more", pid, len(fields))
	}
	return process{pid, fields[19]}, nil
}

// writeWhole replaces the file at `path`, so that a reader sees the old content or the new one and nothing between.
func writeWhole(path string, content []byte) error {
	if err := os.WriteFile(path+".new", content, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
