package bench

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// Sizes of the picture, in pixels.
const (
	plotLabel = 640
	plotWidth = 480
	plotRight = 90
	plotRow   = 17
	plotTop   = 56
)

// plotColours by verdict.
var plotColours = map[string]string{"better": "#16a34a", "worse": "#dc2626", "within the spread": "#6b7280", "one run": "#9ca3af"}

// SVG draws the ratio of each line: a dot at the median, a line from the least to the most, on a logarithmic scale.
// Ratios of figures of which more is better are turned over, so that left of 1 is in kbroker's favour everywhere.
func (r *Results) SVG() string {
	var lines []Line
	least, most := 0.5, 2.0
	for _, l := range r.Lines() {
		if c := l.cost(); c.N > 0 && c.Least > 0 {
			lines = append(lines, l)
			least, most = min(least, c.Least), max(most, c.Most)
		}
	}
	p := plot{from: math.Log10(least), to: math.Log10(most), bottom: plotTop + len(lines)*plotRow}
	p.frame()
	for i, l := range lines {
		p.line(plotTop+i*plotRow+plotRow/2, l)
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="11">`+"\n"+
		`<rect width="100%%" height="100%%" fill="white"/>`+"\n%s</svg>\n", plotLabel+plotWidth+plotRight, p.bottom+20, p.body.String())
}

type plot struct {
	from, to float64 // decades that the scale runs over
	bottom   int
	body     strings.Builder
}

func (p *plot) x(ratio float64) float64 {
	return plotLabel + plotWidth*(math.Log10(ratio)-p.from)/(p.to-p.from)
}

// frame draws the title, the colours' meaning and the scale.
func (p *plot) frame() {
	fmt.Fprintf(&p.body, `<text x="10" y="18" font-size="13">kbroker to Apache Kafka: median and range of the rounds; left of 1x is in kbroker's favour</text>`+"\n")
	x := 10
	for _, v := range []string{"better", "worse", "within the spread", "one run"} {
		fmt.Fprintf(&p.body, `<circle cx="%d" cy="34" r="4" fill="%s"/><text x="%d" y="38">%s</text>`+"\n", x+4, plotColours[v], x+12, v)
		x += 30 + 7*len(v)
	}
	for d := math.Floor(p.from); d <= math.Ceil(p.to); d++ {
		for _, step := range []float64{1, 2, 5} {
			ratio := step * math.Pow(10, d)
			if l := math.Log10(ratio); l < p.from-1e-9 || l > p.to+1e-9 {
				continue
			}
			colour := "#e5e7eb"
			if ratio == 1 {
				colour = "#111827"
			}
			fmt.Fprintf(&p.body, `<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="%s"/><text x="%.1f" y="%d" text-anchor="middle">%sx</text>`+"\n",
				p.x(ratio), plotTop-4, p.x(ratio), p.bottom, colour, p.x(ratio), plotTop-8, number(ratio))
		}
	}
}

func (p *plot) line(y int, l Line) {
	label := l.Title + ", "
	if l.Client != noClient {
		label += l.Client + ", "
	}
	c, colour := l.cost(), plotColours[l.Verdict()]
	fmt.Fprintf(&p.body, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", plotLabel-10, y+4, html.EscapeString(label+l.Unit))
	fmt.Fprintf(&p.body, `<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="%s" stroke-width="2"/><circle cx="%.1f" cy="%d" r="4" fill="%s"/>`+
		`<text x="%d" y="%d">%s</text>`+"\n", p.x(c.Least), y, p.x(c.Most), y, colour, p.x(c.Median), y, colour,
		plotLabel+plotWidth+14, y+4, number(c.Median)+"x")
}
