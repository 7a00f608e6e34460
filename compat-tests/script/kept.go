package script

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ReadKept reads the directory of kept differences: a file per script, in it a command behind "> " and its differing
// lines, again and again. A directory that is not there keeps nothing.
func ReadKept(dir string) (Kept, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.difference"))
	if err != nil {
		return nil, err
	}
	out := Kept{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(filepath.Base(f), ".difference")
		out[name] = map[string][]string{}
		for _, e := range Exchanges(string(text)) {
			out[name][e.Command] = append(out[name][e.Command], strings.TrimSuffix(e.Answer, "\n"))
		}
	}
	return out, nil
}

// Keep writes the file of a script: the lines of those of its differences that the list wants exactly. It returns how
// many there are; where there are none the file goes.
func (s *Suite) Keep(script string, ds []Difference) (int, error) {
	var b strings.Builder
	n := 0
	for _, d := range ds {
		if d.Want == "" || !s.Expected.Exactly(script, d.Command) {
			continue
		}
		n++
		fmt.Fprintf(&b, "> %s\n%s\n", d.Command, strings.Join(DiffLines(d.Want, d.Got), "\n"))
	}
	file := filepath.Join(s.Kept, script+".difference")
	if n == 0 {
		if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
			return 0, err
		}
		return 0, nil
	}
	if err := os.MkdirAll(s.Kept, 0o755); err != nil {
		return n, err
	}
	return n, os.WriteFile(file, []byte(b.String()), 0o644)
}
