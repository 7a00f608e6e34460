package logstore

import (
	"fmt"
	"strconv"
	"strings"
)

// A TopicPartition names one partition.
type TopicPartition struct {
	Topic     string
	Partition int32
}

// String returns the name of the partition's directory, "topic-0".
func (tp TopicPartition) String() string {
	return tp.Topic + "-" + strconv.Itoa(int(tp.Partition))
}

// ParseDir is the inverse of String: it splits at the last dash. The topic must not be empty and the partition must be
// a canonical decimal number from 0 on.
func ParseDir(name string) (TopicPartition, error) {
	i := strings.LastIndexByte(name, '-')
	if i <= 0 || i == len(name)-1 {
		return TopicPartition{}, fmt.Errorf("logstore: directory %q is not named <topic>-<partition>", name)
	}
	n, err := strconv.ParseInt(name[i+1:], 10, 32)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != name[i+1:] {
		return TopicPartition{}, fmt.Errorf("logstore: directory %q does not end in a partition number", name)
	}
	return TopicPartition{Topic: name[:i], Partition: int32(n)}, nil
}
