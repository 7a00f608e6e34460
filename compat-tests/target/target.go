// Package target gives a suite the broker it runs against: Apache Kafka, kbroker built from the parent module, or any
// broker that listens already.
package target

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Root is the compat-tests directory.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(filepath.Dir(file))
}

// CacheDir is where everything fetched, built or written by a run lies; COMPAT_CACHE moves it.
func CacheDir() string {
	if d := os.Getenv("COMPAT_CACHE"); d != "" {
		return d
	}
	return filepath.Join(Root(), ".cache")
}

// ParseProps reads key=value arguments.
func ParseProps(args []string) (map[string]string, error) {
	out := map[string]string{}
	for _, a := range args {
		k, v, ok := strings.Cut(a, "=")
		if !ok {
			return nil, fmt.Errorf("%q is not key=value", a)
		}
		out[k] = v
	}
	return out, nil
}
