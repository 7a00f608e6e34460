package cli

import (
	"context"
	"fmt"
	"regexp"

	"github.com/spf13/cobra"
)

type topicRow struct {
	Topic      string `json:"topic"`
	ID         string `json:"id"`
	Partitions int    `json:"partitions"`
	Replicas   int    `json:"replicas"`
	Internal   bool   `json:"internal"`
}

func (a *App) topicList() *cobra.Command {
	var internal bool
	var match string
	c := &cobra.Command{Use: "list", Aliases: []string{"ls"}, Short: "List topics", Args: cobra.NoArgs}
	c.Flags().BoolVarP(&internal, "internal", "i", false, "internal topics too")
	c.Flags().StringVarP(&match, "regex", "r", "", "only names that match this regular expression whole")
	c.RunE = a.ask(func(ctx context.Context, s *session, _ []string) error {
		re, err := regexp.Compile(`\A(?:` + match + `)\z`)
		if err != nil {
			return usagef("--regex: %w", err)
		}
		topics, err := s.adm.ListTopicsWithInternal(ctx)
		if err != nil {
			return err
		}
		t := &table{head: []string{"TOPIC", "PARTITIONS", "REPLICAS"}}
		for _, d := range topics.Sorted() {
			if d.IsInternal && !internal || match != "" && !re.MatchString(d.Topic) {
				continue
			}
			n := d.Partitions.NumReplicas()
			t.add(topicRow{d.Topic, uuidText(d.ID), len(d.Partitions), n, d.IsInternal}, d.Topic, fmt.Sprint(len(d.Partitions)), fmt.Sprint(n))
		}
		return a.print(t)
	})
	return a.withOutput(c)
}
