package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// times are seconds: the first time on the clock, the least of the others, and the least of CPU of the others.
type times struct {
	First float64 `json:"first"`
	Best  float64 `json:"best"`
	CPU   float64 `json:"cpu"`
}

// timed does the work once and so many times more, each time after a collection, which is not timed.
func timed(rounds int, work func() error) (times, error) {
	var all times
	for round := 0; round <= rounds; round++ {
		runtime.GC()
		before, start := cpu(), time.Now()
		if err := work(); err != nil {
			return all, err
		}
		wall, computed := time.Since(start).Seconds(), cpu()-before
		if round == 0 {
			all.First = wall
		}
		if round == 1 || round == 0 || wall < all.Best {
			all.Best = wall
		}
		if round == 1 || round == 0 || computed < all.CPU {
			all.CPU = computed
		}
	}
	return all, nil
}

// cpu gives the seconds of user and kernel mode of all threads, the collector's among them.
func cpu() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	seconds := func(time syscall.Timeval) float64 { return float64(time.Sec) + float64(time.Usec)/1e6 }
	return seconds(usage.Utime) + seconds(usage.Stime)
}

// heap gives the bytes of all live objects.
func heap() int {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int(stats.HeapAlloc)
}

// resident gives the bytes of this process in RAM after what is garbage was given back, and the most there ever were.
func resident() (now, peak int, err error) {
	_, peak, err = status()
	if err != nil {
		return 0, 0, err
	}
	debug.FreeOSMemory()
	now, _, err = status()
	return now, peak, err
}

// status gives what the kernel says: bytes in RAM now, and the most there ever were.
func status() (now, peak int, err error) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, 0, err
	}
	for _, line := range strings.Split(string(text), "\n") {
		for key, place := range map[string]*int{"VmRSS:": &now, "VmHWM:": &peak} {
			if value, found := strings.CutPrefix(line, key); found {
				kib, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
				if err != nil {
					return 0, 0, fmt.Errorf("%s %w", key, err)
				}
				*place = kib * 1024
			}
		}
	}
	return now, peak, nil
}
