package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
)

func (a *App) topicCommand() *cobra.Command {
	return parent("topic", "List, describe, create, alter and delete topics",
		a.topicList(), a.topicDescribe(), a.topicCreate(), a.topicAlter(), a.topicDelete(), a.topicTrim(),
		a.topicAddPartitions(), a.topicOffsets(), a.topicSize())
}

// existing loads topics by name and fails with "not found" when one is missing.
func existing(ctx context.Context, s *session, names ...string) (kadm.TopicDetails, error) {
	topics, err := s.adm.ListTopicsWithInternal(ctx, names...)
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		if t, ok := topics[n]; !ok || errors.Is(t.Err, kerr.UnknownTopicOrPartition) {
			return nil, notFoundf("topic %s does not exist", n)
		} else if t.Err != nil {
			return nil, fmt.Errorf("topic %s: %w", n, t.Err)
		}
	}
	return topics, nil
}

// settings turns k=v arguments into a map.
func settings(args []string) (map[string]string, error) {
	out := map[string]string{}
	for _, s := range args {
		k, v, found := strings.Cut(s, "=")
		if !found || k == "" {
			return nil, usagef("%q is not key=value", s)
		}
		out[k] = v
	}
	return out, nil
}

func pointers(m map[string]string) map[string]*string {
	out := make(map[string]*string, len(m))
	for k, v := range m {
		out[k] = &v
	}
	return out
}
