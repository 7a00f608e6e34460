package script

import (
	"fmt"
	"strings"
	"time"

	"github.com/kbroker/kbroker/compat-tests/schema"
	"github.com/kbroker/kbroker/compat-tests/wire"
)

// await waits until a topic's partitions all have a leader, a topic is gone, or a group's or transaction's coordinator
// answers; it prints nothing unless the wait ends without that.
func (r *runner) await(word, rest string) string {
	kind, name := cut(rest)
	name, _ = cut(name)
	deadline := time.Now().Add(askAgain)
	for {
		ok, err := r.look(word, kind, strings.Trim(name, `"`))
		if ok {
			return ""
		}
		if time.Now().After(deadline) {
			return fmt.Sprintf("! not so within %v: %v", askAgain, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (r *runner) look(word, kind, name string) (bool, error) {
	c, err := wire.Dial(r.addr, "await")
	if err != nil {
		return false, err
	}
	defer c.Close()
	switch kind {
	case "topic":
		s, err := c.Do("Metadata", 12, map[string]any{"topics": []any{map[string]any{"name": name}}, "allowAutoTopicCreation": false})
		if err != nil {
			return false, err
		}
		code, _ := at(s, "topics[0].errorCode")
		if word == "gone" {
			return code == int64(3), nil
		}
		if code != int64(0) || holdsError(s, []string{"5", "6", "3"}) {
			return false, nil
		}
		return leads(c, name, s)
	case "group":
		return lookGroup(c, name)
	case "txn":
		s, err := c.Do("FindCoordinator", 4, map[string]any{"keyType": int64(1), "coordinatorKeys": []any{name}})
		if err != nil || holdsError(s, []string{"15", "14"}) {
			return false, err
		}
		s, err = c.Do("DescribeTransactions", 0, map[string]any{"transactionalIds": []any{name}})
		return err == nil && !holdsError(s, []string{"14", "15", "16"}), err
	}
	return false, fmt.Errorf("no wait for %q", kind)
}

// leads asks every partition for its end: a broker may name itself the leader before it has become one.
func leads(c *wire.Conn, name string, metadata schema.Struct) (bool, error) {
	list, err := at(metadata, "topics[0].partitions")
	if err != nil {
		return false, err
	}
	var parts []any
	for i := range list.([]any) {
		parts = append(parts, map[string]any{"partitionIndex": int64(i), "timestamp": int64(-1)})
	}
	topic := map[string]any{"name": name, "partitions": parts}
	s, err := c.Do("ListOffsets", 5, map[string]any{"replicaId": int64(-1), "topics": []any{topic}})
	return err == nil && !holdsError(s, []string{"3", "5", "6"}), err
}

func lookGroup(c *wire.Conn, name string) (bool, error) {
	s, err := c.Do("FindCoordinator", 4, map[string]any{"keyType": int64(0), "coordinatorKeys": []any{name}})
	if err != nil || holdsError(s, []string{"15", "14"}) {
		return false, err
	}
	var d schema.Struct
	d, err = c.Do("DescribeGroups", 5, map[string]any{"groups": []any{name}})
	return err == nil && !holdsError(d, []string{"14", "15", "16"}), err
}
