package kbroker

import (
	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/kbroker/config"
	"github.com/kbroker/kbroker/kbroker/replica"
	"github.com/kbroker/kbroker/logstore"
)

// topicConfig is what a replica's log needs of a topic's configs in force.
func topicConfig(snapshot *config.Snapshot, img *metadata.Image, topic string) replica.TopicConfig {
	t := snapshot.Topic(topic, img.Configs(metadata.Resource{Type: metadata.ResourceTopic, Name: topic}))
	return replica.TopicConfig{Log: logConfig(t), MinInSyncReplicas: t.MinInSyncReplicas}
}

func logConfig(t *config.Topic) logstore.Config {
	c := logstore.Config{
		SegmentBytes:         int64(t.SegmentBytes),
		SegmentMs:            t.SegmentMs,
		SegmentJitterMs:      t.SegmentJitterMs,
		IndexIntervalBytes:   int64(t.IndexIntervalBytes),
		MaxIndexBytes:        int64(t.SegmentIndexBytes),
		Preallocate:          t.Preallocate,
		RetentionMs:          t.RetentionMs,
		RetentionBytes:       t.RetentionBytes,
		Delete:               t.Delete,
		Compact:              t.Compact,
		FileDeleteDelayMs:    t.FileDeleteDelayMs,
		DeleteRetentionMs:    t.DeleteRetentionMs,
		MinCompactionLagMs:   t.MinCompactionLagMs,
		MaxCompactionLagMs:   t.MaxCompactionLagMs,
		MinCleanableRatio:    t.MinCleanableDirtyRatio,
		FlushMessages:        t.FlushMessages,
		FlushMs:              t.FlushMs,
		MaxMessageBytes:      int64(t.MaxMessageBytes),
		MaxDecompressedBytes: int64(t.MaxDecompressedMessageBytes),
		TimestampBeforeMaxMs: t.TimestampBeforeMaxMs,
		TimestampAfterMaxMs:  t.TimestampAfterMaxMs,
		Compression:          t.CompressionType,
		CompressionLevel:     logstore.DefaultCompressionLevel,
	}
	if t.LogAppendTime() {
		c.TimestampType = logstore.LogAppendTime
	}
	switch t.CompressionType {
	case "gzip":
		c.CompressionLevel = int(t.CompressionGzipLevel)
	case "lz4":
		c.CompressionLevel = int(t.CompressionLz4Level)
	case "zstd":
		c.CompressionLevel = int(t.CompressionZstdLevel)
	}
	return c
}
