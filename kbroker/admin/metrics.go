package admin

import (
	"net/http"
	"strconv"
)

// textFormat is the exposition format that every collector reads.
const textFormat = "text/plain; version=0.0.4; charset=utf-8"

func serveMetrics(w http.ResponseWriter, _ *http.Request) {
	p := page{text: make([]byte, 0, 8<<10)}
	p.goRuntime()
	p.process()
	w.Header().Set("Content-Type", textFormat)
	_, _ = w.Write(p.text) // a collector that has gone is nobody's fault
}

// kind is a metric's type.
type kind string

const (
	counter kind = "counter"
	gauge   kind = "gauge"
	summary kind = "summary"
)

// page is a page of metrics. A name is described once, then all its series follow.
type page struct{ text []byte }

func (p *page) describe(name string, k kind, help string) {
	p.text = append(p.text, "# HELP "+name+" "+help+"\n# TYPE "+name+" "+string(k)+"\n"...)
}

// whole writes a metric of one series, a whole number.
func (p *page) whole(name string, k kind, help string, value uint64) {
	p.describe(name, k, help)
	p.text = append(append(p.text, name...), ' ')
	p.text = append(strconv.AppendUint(p.text, value, 10), '\n')
}

// real writes a metric of one series.
func (p *page) real(name string, k kind, help string, value float64) {
	p.describe(name, k, help)
	p.series(name, value)
}

// series writes one line. The name carries its labels.
func (p *page) series(name string, value float64) {
	p.text = append(append(p.text, name...), ' ')
	p.text = append(strconv.AppendFloat(p.text, value, 'g', -1, 64), '\n')
}
