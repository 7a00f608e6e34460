package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
)

type resultRow struct {
	Topic string `json:"topic"`
	Done  bool   `json:"done"`
	Note  string `json:"note,omitempty"`
}

func (a *App) topicCreate() *cobra.Command {
	var partitions int32
	var replicas int16
	var configs []string
	var ifNotExists, dryRun bool
	c := &cobra.Command{Use: "create TOPIC…", Short: "Create topics", Args: cobra.MinimumNArgs(1)}
	f := c.Flags()
	f.Int32VarP(&partitions, "partitions", "p", -1, "number of partitions; -1 takes the broker's default")
	f.Int16VarP(&replicas, "replicas", "r", -1, "replication factor; -1 takes the broker's default")
	f.StringArrayVarP(&configs, "config", "c", nil, "topic configuration, key=value; may repeat")
	f.BoolVar(&ifNotExists, "if-not-exists", false, "a topic that is there already is fine")
	f.BoolVar(&dryRun, "dry-run", false, "only check")
	c.RunE = a.ask(func(ctx context.Context, s *session, names []string) error {
		set, err := settings(configs)
		if err != nil {
			return err
		}
		create := s.adm.CreateTopics
		if dryRun {
			create = s.adm.ValidateCreateTopics
		}
		res, err := create(ctx, partitions, replicas, pointers(set), names...)
		if err != nil {
			return err
		}
		t := &table{head: []string{"TOPIC", "RESULT"}}
		var failed error
		for _, r := range res.Sorted() {
			done, note := created(r, ifNotExists, dryRun)
			if !done {
				failed = errors.Join(failed, fmt.Errorf("topic %s: %w", r.Topic, describeKafka(r.Err, r.ErrMessage)))
			}
			t.add(resultRow{r.Topic, done, note}, r.Topic, note)
		}
		if failed != nil {
			return failed
		}
		return a.print(t)
	})
	return a.withOutput(c)
}

func created(r kadm.CreateTopicResponse, ifNotExists, dryRun bool) (done bool, note string) {
	switch {
	case r.Err == nil && dryRun:
		return true, "would be created"
	case r.Err == nil:
		return true, "created"
	case ifNotExists && errors.Is(r.Err, kerr.TopicAlreadyExists):
		return true, "exists"
	}
	return false, describeKafka(r.Err, r.ErrMessage).Error()
}
