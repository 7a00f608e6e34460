package logstore_test

import (
	"fmt"

	"github.com/kbroker/kbroker/logstore"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

// Open a store on a disk in memory, append two records durably and read them back.
func Example() {
	s, err := logstore.Open(logstore.StoreConfig{FS: vfs.NewMem(), Dirs: []string{"/data"}, NodeID: 1, ClusterID: "example"})
	if err != nil {
		fmt.Println(err)
		return
	}
	s.Start()
	defer s.Close()
	l, err := s.Create(logstore.TopicPartition{Topic: "greetings", Partition: 0}, [16]byte{1}, logstore.DefaultConfig())
	if err != nil {
		fmt.Println(err)
		return
	}
	b := record.NewBuilder(record.NewBuilderOptions())
	b.Append(1_700_000_000_000, nil, []byte("hello"))
	b.Append(1_700_000_000_001, nil, []byte("world"))
	info, err := l.AppendAsLeader(b.Build(), 0, logstore.Client)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := l.FlushTo(info.NextOffset); err != nil {
		fmt.Println(err)
		return
	}
	l.SetHighWatermark(info.NextOffset)
	slice, err := l.Read(0, 1<<20, l.HighWatermark(), true)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer slice.Release()
	bytes, err := slice.Bytes(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	batch, _, err := record.Next(bytes)
	if err != nil {
		fmt.Println(err)
		return
	}
	err = batch.Records(func(r record.Record) error {
		fmt.Println(r.Offset, string(r.Value))
		return nil
	})
	fmt.Println(err)
	// Output:
	// 0 hello
	// 1 world
	// <nil>
}
