package cli

import (
	"bufio"

	"github.com/twmb/franz-go/pkg/kgo"
)

// recordWriter writes records in the chosen form.
type recordWriter struct {
	out    *bufio.Writer
	format *formatter // nil: JSON
	buf    []byte
}

func newRecordWriter(a *App, format string) (*recordWriter, error) {
	w := &recordWriter{out: bufio.NewWriter(a.Out)}
	switch format {
	case "json":
		return w, nil
	case "value":
		format = `%v\n`
	}
	var err error
	w.format, err = newFormatter(format)
	return w, err
}

func (w *recordWriter) write(r *kgo.Record) error {
	var err error
	if w.buf = w.buf[:0]; w.format != nil {
		w.buf = w.format.append(w.buf, r)
	} else if w.buf, err = appendJSON(w.buf, r); err != nil {
		return err
	}
	_, err = w.out.Write(w.buf)
	return err
}
