package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func withResource(r resource, err error) error { return fmt.Errorf("%s: %w", r, err) }

type synonymRow struct {
	Name   string  `json:"name"`
	Value  *string `json:"value"`
	Source string  `json:"source"`
}

type entryRow struct {
	Key       string       `json:"key"`
	Value     *string      `json:"value"`
	Source    string       `json:"source"`
	Type      string       `json:"type"`
	ReadOnly  bool         `json:"read_only"`
	Sensitive bool         `json:"sensitive"`
	Synonyms  []synonymRow `json:"synonyms"`
}

func entryOf(c kmsg.DescribeConfigsResponseResourceConfig) entryRow {
	e := entryRow{Key: c.Name, Value: c.Value, Source: c.Source.String(), Type: c.ConfigType.String(), ReadOnly: c.ReadOnly,
		Sensitive: c.IsSensitive, Synonyms: []synonymRow{}}
	for _, y := range c.ConfigSynonyms {
		e.Synonyms = append(e.Synonyms, synonymRow{y.Name, y.Value, y.Source.String()})
	}
	return e
}

func shownValue(e entryRow) string {
	switch {
	case e.Sensitive:
		return "[hidden]"
	case e.Value == nil:
		return "-"
	}
	return *e.Value
}

func (a *App) configGet() *cobra.Command {
	c := &cobra.Command{Use: "get RESOURCE KEY…", Short: "Show single keys with where their values come from", Long: resourceHelp,
		Args: cobra.MinimumNArgs(2), ValidArgsFunction: completeKeys}
	c.RunE = a.ask(func(ctx context.Context, s *session, args []string) error {
		r, err := parseResource(args[0])
		if err != nil {
			return err
		}
		res, err := describeResource(ctx, s, r, args[1:], false)
		if err != nil {
			return err
		}
		found := map[string]entryRow{}
		for _, c := range res.Configs {
			found[c.Name] = entryOf(c)
		}
		t := &table{head: []string{"KEY", "VALUE", "SOURCE"}}
		for _, key := range args[1:] {
			e, ok := found[key]
			if !ok {
				return notFoundf("%s has no key %s", r, key)
			}
			t.add(e, e.Key, shownValue(e), e.Source)
		}
		return a.print(t)
	})
	return a.withOutput(c)
}
