package bench

import (
	"fmt"
	"html"
	"io"
	"math"
	"strings"
)

// Sizes of the picture, in pixels.
const (
	plotLabel  = 430
	plotWidth  = 520
	plotBar    = 13
	plotMargin = 20
	plotValue  = 70  // right of the longest bar, for its figure
	plotTarget = 260 // right of that, for target and verdict
)

var plotColours = []string{"#9aa5b1", "#2563eb", "#d97706", "#16a34a", "#9333ea"}

// Plot writes an SVG picture: a group of bars for each measure, as ratios to the first system that has it, on a
// logarithmic scale, with kbroker's target and whether it was met. Shorter is better, except where the label says that
// more is.
func (r *Results) Plot(w io.Writer) error {
	lines := r.Lines()
	least, most := 0.9, 1.1
	for _, l := range lines {
		for _, s := range r.Systems {
			if x := l.relative(r.Systems, s); x > 0 {
				least, most = min(least, x), max(most, x)
			}
		}
	}
	p := plot{from: math.Floor(math.Log10(least)), to: math.Ceil(math.Log10(most)), y: plotMargin + 30}
	for _, l := range lines {
		p.group(r.Systems, l)
	}
	legend := p.legend(r.Systems)
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="11">`+
		"\n"+`<rect width="100%%" height="100%%" fill="white"/>`+"\n%s%s%s</svg>\n", plotLabel+plotWidth+plotValue+plotTarget, p.y+plotMargin, legend, p.axis(), p.body.String())
	return err
}

// relative is a system's median over that of the first system that has one.
func (l Line) relative(systems []string, system string) float64 {
	for _, base := range systems {
		if b := l.Systems[base]; b.N > 0 && b.Median > 0 {
			return l.Systems[system].Median / b.Median
		}
	}
	return 0
}

type plot struct {
	from, to float64 // decades that the scale runs over
	y        int
	body     strings.Builder
}

func (p *plot) x(ratio float64) float64 {
	return plotLabel + plotWidth*(math.Log10(ratio)-p.from)/(p.to-p.from)
}

// verdictColour is grey where nothing was judged.
func verdictColour(verdict string) string {
	switch verdict {
	case "":
		return "#555"
	case "met":
		return "#15803d"
	}
	return "#b91c1c"
}

func (p *plot) group(systems []string, l Line) {
	first := p.y
	label := l.Row + "  " + l.Title + ", " + l.Unit
	if l.Higher {
		label += " (more is better)"
	}
	if len(label) > 76 {
		label = label[:73] + "..."
	}
	fmt.Fprintf(&p.body, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", plotLabel-8, p.y+plotBar-2, html.EscapeString(strings.ToValidUTF8(label, "")))
	for i, s := range systems {
		x := l.relative(systems, s)
		if x <= 0 {
			continue
		}
		from, to := p.x(min(1, x)), p.x(max(1, x))
		fmt.Fprintf(&p.body, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/><text x="%.1f" y="%d" fill="#555">%s</text>`+"\n",
			from, p.y, max(1.5, to-from), plotBar-2, plotColours[i%len(plotColours)], to+4, p.y+plotBar-3, html.EscapeString(number(l.Systems[s].Median)))
		p.y += plotBar
	}
	if l.Target != "" {
		fmt.Fprintf(&p.body, `<text x="%d" y="%d" fill="%s">%s</text>`+"\n", plotLabel+plotWidth+plotValue, first+plotBar-2, verdictColour(l.Verdict),
			html.EscapeString(strings.TrimSuffix(l.Target+": "+l.Verdict, ": ")))
	}
	p.y = max(p.y, first+plotBar) + 7
}

func (p *plot) axis() string {
	var sb strings.Builder
	for d := p.from; d <= p.to; d++ {
		x := p.x(math.Pow(10, d))
		fmt.Fprintf(&sb, `<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="#ddd"/><text x="%.1f" y="%d" text-anchor="middle" fill="#555">%sx</text>`+"\n",
			x, plotMargin+25, x, p.y, x, plotMargin+20, number(math.Pow(10, d)))
	}
	return sb.String()
}

func (p *plot) legend(systems []string) string {
	var sb strings.Builder
	for i, s := range systems {
		fmt.Fprintf(&sb, `<rect x="%d" y="%d" width="10" height="10" fill="%s"/><text x="%d" y="%d">%s</text>`+"\n",
			plotMargin+i*90, plotMargin-10, plotColours[i%len(plotColours)], plotMargin+i*90+14, plotMargin-1, html.EscapeString(s))
	}
	return sb.String()
}
