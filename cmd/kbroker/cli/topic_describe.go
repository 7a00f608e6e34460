package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kadm"
)

type partitionRow struct {
	Topic       string  `json:"topic"`
	Partition   int32   `json:"partition"`
	Leader      int32   `json:"leader"`
	LeaderEpoch int32   `json:"leader_epoch"`
	Replicas    []int32 `json:"replicas"`
	ISR         []int32 `json:"isr"`
	Offline     []int32 `json:"offline"`
	Error       string  `json:"error,omitempty"`
}

type configRow struct {
	Key       string  `json:"key"`
	Value     *string `json:"value"`
	Source    string  `json:"source"`
	Sensitive bool    `json:"sensitive"`
}

type topicDoc struct {
	topicRow
	PartitionRows []partitionRow `json:"partition_list"`
	Configs       []configRow    `json:"configs"`
}

func (a *App) topicDescribe() *cobra.Command {
	c := &cobra.Command{Use: "describe TOPIC…", Short: "Show partitions and configuration of topics", Args: cobra.MinimumNArgs(1),
		ValidArgsFunction: a.completeTopics()}
	c.RunE = a.ask(func(ctx context.Context, s *session, names []string) error {
		topics, err := existing(ctx, s, names...)
		if err != nil {
			return err
		}
		configs, err := s.adm.DescribeTopicConfigs(ctx, names...)
		if err != nil {
			return err
		}
		var docs []topicDoc
		for _, d := range topics.Sorted() {
			docs = append(docs, topicDocument(d, configs))
		}
		return a.printTopics(docs)
	})
	return a.withOutput(c)
}

func topicDocument(d kadm.TopicDetail, configs kadm.ResourceConfigs) topicDoc {
	doc := topicDoc{topicRow: topicRow{d.Topic, uuidText(d.ID), len(d.Partitions), d.Partitions.NumReplicas(), d.IsInternal}}
	for _, p := range d.Partitions.Sorted() {
		row := partitionRow{d.Topic, p.Partition, p.Leader, p.LeaderEpoch, notNil(p.Replicas), notNil(p.ISR), notNil(p.OfflineReplicas), ""}
		if p.Err != nil {
			row.Error = p.Err.Error()
		}
		doc.PartitionRows = append(doc.PartitionRows, row)
	}
	if rc, err := configs.On(d.Topic, nil); err == nil && rc.Err == nil {
		for _, k := range rc.Configs {
			doc.Configs = append(doc.Configs, configRow{k.Key, k.Value, k.Source.String(), k.Sensitive})
		}
	}
	slices.SortFunc(doc.Configs, func(a, b configRow) int { return strings.Compare(a.Key, b.Key) })
	return doc
}

func notNil(ns []int32) []int32 {
	if ns == nil {
		return []int32{}
	}
	return ns
}

func (a *App) printTopics(docs []topicDoc) error {
	t := &table{head: []string{"TOPIC", "PARTITION", "LEADER", "EPOCH", "REPLICAS", "ISR", "OFFLINE"}, whole: docs}
	for _, d := range docs {
		for _, p := range d.PartitionRows {
			t.add(p, p.Topic, fmt.Sprint(p.Partition), fmt.Sprint(p.Leader), fmt.Sprint(p.LeaderEpoch), ints(p.Replicas), ints(p.ISR), orDash(ints(p.Offline)))
		}
	}
	if err := a.print(t); err != nil || a.flags.output != "table" {
		return err
	}
	set := &table{head: []string{"TOPIC", "CONFIG", "VALUE", "SOURCE"}}
	for _, d := range docs {
		for _, c := range d.Configs {
			if c.Source != "DEFAULT_CONFIG" && c.Value != nil {
				set.add(nil, d.Topic, c.Key, *c.Value, c.Source)
			}
		}
	}
	if len(set.rows) == 0 {
		return nil
	}
	fmt.Fprintln(a.Out)
	return a.print(set)
}
