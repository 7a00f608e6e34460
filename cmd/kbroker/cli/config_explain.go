package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kbroker/kbroker/protocol/configdef"
	"github.com/kbroker/kbroker/protocol/configdef/kafka"
)

type explainRow struct {
	Key        string   `json:"key"`
	Scope      string   `json:"scope"`
	Type       string   `json:"type"`
	Default    *string  `json:"default"`
	Required   bool     `json:"required"`
	Valid      string   `json:"valid_values,omitempty"`
	Importance string   `json:"importance"`
	Changes    string   `json:"changes"`
	Handling   string   `json:"handling"`
	Synonyms   []string `json:"synonyms"`
	Doc        string   `json:"doc"`
}

// handlings says what each class of key means, in full.
var handlings = map[configdef.Handling]string{
	configdef.Honour: "honoured",
	configdef.Accept: "accepted and reported, with no or approximate effect",
	configdef.Refuse: "refused unless at its default or a value that is built in",
}

func (a *App) configExplain() *cobra.Command {
	c := &cobra.Command{Use: "explain KEY…", Short: "Explain configuration keys, without asking a broker", Args: cobra.MinimumNArgs(1),
		ValidArgsFunction: completeKeys}
	c.RunE = func(_ *cobra.Command, keys []string) error {
		if err := a.checkOutput(); err != nil {
			return err
		}
		t := &table{head: []string{"KEY", "SCOPE", "TYPE", "DEFAULT", "CHANGES", "HANDLING"}}
		var rows []explainRow
		for _, key := range keys {
			found := explain(key)
			if len(found) == 0 {
				return notFoundf("no configuration key is called %s", key)
			}
			rows = append(rows, found...)
		}
		for _, r := range rows {
			t.add(r, r.Key, r.Scope, r.Type, orDash(deref(r.Default)), r.Changes, r.Handling)
		}
		if a.flags.output != "table" {
			return a.print(t)
		}
		for i, r := range rows {
			if i > 0 {
				fmt.Fprintln(a.Out)
			}
			a.printExplained(r)
		}
		return nil
	}
	return a.withOutput(c)
}

func explain(name string) []explainRow {
	var out []explainRow
	for _, def := range []*configdef.Def{kafka.Topic, kafka.Broker, kafka.BrokerDynamicOnly, kafka.Group, kafka.ClientMetrics} {
		if k := def.Lookup(name); k != nil {
			out = append(out, explainKey(name, k))
		}
	}
	if k, perListener := kafka.BaseKey(name); perListener && k != nil {
		out = append(out, explainKey(name, k))
	}
	return out
}

func explainKey(name string, k *configdef.Key) explainRow {
	r := explainRow{Key: name, Scope: k.Scope.String(), Type: strings.ToLower(k.Type.String()), Required: k.Default.IsRequired(),
		Importance: k.Importance.String(), Handling: handlings[k.Handling], Doc: k.Doc, Synonyms: []string{}, Changes: "at run time"}
	if k.Scope == configdef.ScopeBroker {
		r.Changes = map[configdef.DynamicMode]string{configdef.ReadOnly: "at start only", configdef.PerBroker: "at run time, per broker",
			configdef.ClusterWide: "at run time, per broker or for all"}[k.Dynamic]
		if kafka.StartOnly(k.Name) {
			r.Changes = "at start only"
		}
	}
	if text, ok := k.Default.Get(); ok {
		r.Default = &text
	}
	if k.Validator != nil {
		r.Valid = k.Validator.String()
	}
	for _, s := range k.Synonyms {
		r.Synonyms = append(r.Synonyms, s.Name)
	}
	return r
}

func (a *App) printExplained(r explainRow) {
	fmt.Fprintf(a.Out, "%s (%s)\n  %s\n", r.Key, r.Scope, r.Doc)
	def := "none"
	if r.Required {
		def = "none: it must be set"
	} else if r.Default != nil {
		def = orDefault(*r.Default, "empty")
	}
	for _, line := range [][2]string{{"type", r.Type}, {"default", def}, {"valid", r.Valid}, {"importance", r.Importance},
		{"changes", r.Changes}, {"kbroker", r.Handling}, {"taken from", strings.Join(r.Synonyms, ", then ")}} {
		if line[1] != "" {
			fmt.Fprintf(a.Out, "  %-11s %s\n", line[0], line[1])
		}
	}
}
