package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// LoadFile reads a server.properties, or none when path is empty, and lays environment and arguments over it. The name
// of this machine is asked from the system.
func LoadFile(path string, environ, set []string) (*Static, []Warning, error) {
	src := Sources{Environ: environ, Set: set}
	if name, err := os.Hostname(); err == nil {
		src.Hostname = name
	}
	if path != "" {
		data, err := readBounded(path)
		if err != nil {
			return nil, nil, fmt.Errorf("reading configuration: %w", err)
		}
		if src.File, err = ParseProperties(path, data); err != nil {
			return nil, nil, err
		}
		src.FileName = path
	}
	src.Lookup = providers(src)
	return Load(src)
}

// ReadProperties reads a property file into a map, the last of repeated names winning.
func ReadProperties(path string) (map[string]string, error) {
	data, err := readBounded(path)
	if err != nil {
		return nil, err
	}
	props, err := ParseProperties(path, data)
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(props))
	for _, p := range props {
		out[p.Name] = p.Value
	}
	return out, nil
}

func readBounded(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s is a directory", path)
	}
	if info.Size() > maxPropertyBytes {
		return nil, fmt.Errorf("%s: %d bytes is too large for a property file", path, info.Size())
	}
	return os.ReadFile(path)
}

// providers answers references of the providers that config.providers names: file, directory and environment, by the
// class each alias was given, or by the alias itself.
func providers(src Sources) func(provider, path, key string) (string, error) {
	set := map[string]string{}
	for _, p := range src.File {
		set[p.Name] = p.Value
	}
	if strings.TrimSpace(set["config.providers"]) == "" {
		return nil
	}
	return func(provider, path, key string) (string, error) {
		class := set["config.providers."+provider+".class"]
		switch {
		case class == "" && provider == "file", strings.HasSuffix(class, ".FileConfigProvider"):
			props, err := ReadProperties(path)
			if err != nil {
				return "", err
			}
			v, ok := props[key]
			if !ok {
				return "", fmt.Errorf("%s has no %q", path, key)
			}
			return v, nil
		case class == "" && (provider == "dir" || provider == "directory"), strings.HasSuffix(class, ".DirectoryConfigProvider"):
			return readKeyFile(path, key)
		case class == "" && provider == "env", strings.HasSuffix(class, ".EnvVarConfigProvider"):
			return os.Getenv(key), nil
		}
		return "", fmt.Errorf("configuration provider %q (%s) is not available: use file, directory or environment", provider, class)
	}
}

func readKeyFile(dir, key string) (string, error) {
	if key != filepath.Base(key) {
		return "", fmt.Errorf("%q is no file name", key)
	}
	data, err := readBounded(filepath.Join(dir, key))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s has no file %q", dir, key)
	}
	return string(data), err
}
