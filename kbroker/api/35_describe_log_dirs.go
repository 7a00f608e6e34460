package api

// DescribeLogDirs, key 35, versions 1 to 5. The log directories of this broker and how large the replicas in them are.
//
//	v2 flexible; v3 top-level error; v4 size of the file system (KIP-827); v5 cordoned directories (KIP-1066)

import (
	"path/filepath"
	"slices"

	"github.com/kbroker/kbroker/kbroker/partition"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) describeLogDirs(req *protocol.Request, q *kmsg.DescribeLogDirsRequest) kmsg.Response {
	resp := kmsg.NewPtrDescribeLogDirsResponse()
	if !b.allowedCluster(req.Conn, OpDescribe) {
		resp.ErrorCode = kerr.ClusterAuthorizationFailed.Code
		return resp
	}
	replicas := b.wantedReplicas(q)
	cordoned := b.Config().Value("cordoned.log.dirs").List()
	for _, dir := range b.LogDirs.Dirs() {
		rd := kmsg.NewDescribeLogDirsResponseDir()
		rd.Dir = dir.Path
		if abs, err := filepath.Abs(dir.Path); err == nil {
			rd.Dir = abs
		}
		rd.TotalBytes, rd.UsableBytes = dir.Total, dir.Usable
		rd.IsCordoned = slices.Contains(cordoned, dir.Path) || slices.Contains(cordoned, "*")
		if dir.Err != nil {
			rd.ErrorCode = kerr.KafkaStorageError.Code
		} else {
			rd.Topics = logDirTopics(replicas, dir.Path)
		}
		resp.Dirs = append(resp.Dirs, rd)
	}
	return resp
}

// wantedReplicas returns the replicas that the request asks for, ordered by topic and partition; null means all.
func (b *Broker) wantedReplicas(q *kmsg.DescribeLogDirsRequest) []*partition.Partition {
	all := b.Replicas.All()
	if q.Topics == nil {
		return all
	}
	want := make(map[topicPartition]bool)
	for _, t := range q.Topics {
		for _, p := range t.Partitions {
			want[topicPartition{t.Topic, p}] = true
		}
	}
	kept, _ := split(all, func(p **partition.Partition) bool { return want[topicPartition{(*p).TP.Topic, (*p).TP.Partition}] })
	return kept
}

func logDirTopics(replicas []*partition.Partition, dir string) []kmsg.DescribeLogDirsResponseDirTopic {
	var out []kmsg.DescribeLogDirsResponseDirTopic
	for _, p := range replicas {
		if p.Log().Dir() != dir {
			continue
		}
		if n := len(out); n == 0 || out[n-1].Topic != p.TP.Topic {
			t := kmsg.NewDescribeLogDirsResponseDirTopic()
			t.Topic = p.TP.Topic
			out = append(out, t)
		}
		rp := kmsg.NewDescribeLogDirsResponseDirTopicPartition()
		rp.Partition, rp.Size = p.TP.Partition, p.Log().Size()
		// The lag of a replica that is no future one is how far its log end is behind its high watermark: none on a leader.
		rp.OffsetLag = max(p.Log().HighWatermark()-p.Log().EndOffset(), 0)
		t := &out[len(out)-1]
		t.Partitions = append(t.Partitions, rp)
	}
	return out
}
