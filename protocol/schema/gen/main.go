// Command gen writes the Go code that follows from the definitions of protocol/schema. Run it with `go generate
// ./protocol/schema`; its test fails when the committed files are not what it would write.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/kbroker/kbroker/protocol/schema"
)

func main() {
	if err := run(".."); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(protocolDir string) error {
	files, err := generate()
	if err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(protocolDir, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generate answers the text of every generated file, by its path below protocol.
func generate() (map[string][]byte, error) {
	set, err := schema.Load()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, p := range packages(set) {
		text, err := p.generate()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.file, err)
		}
		files[p.file] = text
	}
	if files["guard/tables_generated.go"], err = writeGuard(set); err != nil {
		return nil, fmt.Errorf("guard: %w", err)
	}
	return files, nil
}
