package cli

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kgo"
)

type produceFlags struct {
	key, keySep, file, input, acks, codec string
	headers                               []string
	partition                             int32
	tombstone                             bool
	value                                 string
	hasValue, hasKey                      bool
}

// maxLineBytes bounds one line of input.
const maxLineBytes = 64 << 20

func (a *App) produceCommand() *cobra.Command {
	var f produceFlags
	c := &cobra.Command{Use: "produce TOPIC", Short: "Write records to a topic",
		Long: `Write records to a topic: one with --value or --tombstone, else one per line of standard input or --file.

With --input json each line is an object as consume writes it; key, value, headers, partition and timestamp are taken,
the topic is the argument's, so that one topic can be piped into another. --partition goes over the lines' partitions;
where there is none the key decides.`,
		Args: cobra.ExactArgs(1), ValidArgsFunction: a.completeTopics()}
	fs := c.Flags()
	fs.StringVarP(&f.key, "key", "k", "", "key of every record")
	fs.StringVarP(&f.keySep, "key-separator", "K", "", "what stands between key and value in a line")
	fs.StringArrayVarP(&f.headers, "header", "H", nil, "header of every record, key=value; may repeat")
	fs.Int32VarP(&f.partition, "partition", "p", -1, "partition; -1 lets the key decide")
	fs.StringVar(&f.value, "value", "", "write this one record")
	fs.BoolVarP(&f.tombstone, "tombstone", "Z", false, "write one record without a value; needs --key")
	fs.StringVarP(&f.file, "file", "F", "", "read this file instead of standard input")
	fs.StringVar(&f.input, "input", "line", "line or json")
	fs.StringVar(&f.acks, "acks", "all", "who must have a record: all, leader or none")
	fs.StringVarP(&f.codec, "compression", "z", "none", "none, gzip, snappy, lz4 or zstd")
	a.exclusive(c, "a record comes from one of them", "value", "tombstone", "file")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if err := a.checkOutput(); err != nil {
			return err
		}
		f.hasValue, f.hasKey = cmd.Flags().Changed("value"), cmd.Flags().Changed("key")
		return a.produce(cmd.Context(), args[0], f)
	}
	return a.withOutput(c)
}

type producedRow struct {
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Offset    int64  `json:"offset"`
}

func (a *App) produce(ctx context.Context, topic string, f produceFlags) error {
	opts, err := produceOptions(f)
	if err != nil {
		return err
	}
	next, closeSource, err := a.source(topic, f)
	if err != nil {
		return err
	}
	defer closeSource()
	ctx, s, err := a.open(ctx, append(opts, kgo.DefaultProduceTopic(topic),
		kgo.UnknownTopicRetries(1), kgo.AllowAutoTopicCreation())...)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.explain(a.produceAll(ctx, s, next)); err != nil {
		return a.explainPartition(ctx, s, topic, f.partition, err)
	}
	return nil
}

// explainPartition says which partitions a topic has when it is the partition that was wrong.
func (a *App) explainPartition(ctx context.Context, s *session, topic string, p int32, err error) error {
	if p < 0 || codeOf(err) != exitFailed {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, a.flags.timeout)
	defer cancel()
	topics, lerr := existing(ctx, s, topic)
	if n := len(topics[topic].Partitions); lerr == nil && int(p) >= n {
		return noPartition(topic, p, n)
	}
	return err
}

func produceOptions(f produceFlags) ([]kgo.Opt, error) {
	var opts []kgo.Opt
	switch f.acks {
	case "all", "-1":
	case "leader", "1":
		opts = append(opts, kgo.RequiredAcks(kgo.LeaderAck()), kgo.DisableIdempotentWrite())
	case "none", "0":
		opts = append(opts, kgo.RequiredAcks(kgo.NoAck()), kgo.DisableIdempotentWrite())
	default:
		return nil, usagef("--acks %q is not all, leader or none", f.acks)
	}
	codecs := map[string]kgo.CompressionCodec{"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(),
		"snappy": kgo.SnappyCompression(), "lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression()}
	codec, ok := codecs[f.codec]
	if !ok {
		return nil, usagef("--compression %q is not none, gzip, snappy, lz4 or zstd", f.codec)
	}
	opts = append(opts, kgo.ProducerBatchCompression(codec))
	if f.partition >= 0 || f.input == "json" {
		opts = append(opts, kgo.RecordPartitioner(namedPartitioner{kgo.StickyKeyPartitioner(nil)}))
	}
	return opts, nil
}

// keyDecides is the partition of a record that names none.
const keyDecides = -1

// namedPartitioner keeps the partition that a record names and leaves the others to the key.
type namedPartitioner struct{ kgo.Partitioner }

func (p namedPartitioner) ForTopic(topic string) kgo.TopicPartitioner {
	return namedTopicPartitioner{p.Partitioner.ForTopic(topic)}
}

type namedTopicPartitioner struct{ kgo.TopicPartitioner }

func (p namedTopicPartitioner) RequiresConsistency(r *kgo.Record) bool {
	return r.Partition != keyDecides || p.TopicPartitioner.RequiresConsistency(r)
}

func (p namedTopicPartitioner) Partition(r *kgo.Record, n int) int {
	if r.Partition != keyDecides {
		return int(r.Partition)
	}
	return p.TopicPartitioner.Partition(r, n)
}

// OnNewBatch lets records without partition and key move on to another one.
func (p namedTopicPartitioner) OnNewBatch() {
	if sticky, ok := p.TopicPartitioner.(kgo.TopicPartitionerOnNewBatch); ok {
		sticky.OnNewBatch()
	}
}

// source yields records until io.EOF.
func (a *App) source(topic string, f produceFlags) (next func() (*kgo.Record, error), done func(), err error) {
	base, err := baseRecord(topic, f)
	if err != nil {
		return nil, nil, err
	}
	if f.tombstone && !f.hasKey {
		return nil, nil, usagef("--tombstone needs --key")
	}
	if f.hasValue || f.tombstone {
		sent := false
		return func() (*kgo.Record, error) {
			if sent {
				return nil, io.EOF
			}
			sent = true
			r := base()
			if f.hasValue {
				r.Value = []byte(f.value)
			}
			return r, nil
		}, func() {}, nil
	}
	in, done := a.In, func() {}
	if f.file != "" {
		file, err := os.Open(f.file)
		if err != nil {
			return nil, nil, err
		}
		in, done = file, func() { file.Close() }
	}
	scan := bufio.NewScanner(in)
	scan.Buffer(make([]byte, 64<<10), maxLineBytes)
	line, parse := 0, lineParser(f)
	if parse == nil {
		return nil, done, usagef("--input %q is not line or json", f.input)
	}
	return func() (*kgo.Record, error) {
		if !scan.Scan() {
			if err := scan.Err(); err != nil {
				return nil, fmt.Errorf("input line %d: %w", line+1, err)
			}
			return nil, io.EOF
		}
		line++
		r := base()
		if err := parse(r, scan.Bytes()); err != nil {
			return nil, usagef("input line %d: %w", line, err)
		}
		return r, nil
	}, done, nil
}

func baseRecord(topic string, f produceFlags) (func() *kgo.Record, error) {
	var headers []kgo.RecordHeader
	for _, h := range f.headers {
		k, v, found := strings.Cut(h, "=")
		if !found {
			return nil, usagef("--header %q is not key=value", h)
		}
		headers = append(headers, kgo.RecordHeader{Key: k, Value: []byte(v)})
	}
	return func() *kgo.Record {
		r := &kgo.Record{Topic: topic, Partition: max(f.partition, keyDecides), Headers: headers}
		if f.hasKey {
			r.Key = []byte(f.key)
		}
		return r
	}, nil
}

func lineParser(f produceFlags) func(r *kgo.Record, line []byte) error {
	switch f.input {
	case "json":
		return func(r *kgo.Record, line []byte) error {
			if err := parseJSONRecord(r, line); err != nil {
				return err
			}
			if f.partition >= 0 { // goes over the lines'
				r.Partition = f.partition
			}
			return nil
		}
	case "line":
		return func(r *kgo.Record, line []byte) error {
			text := string(line)
			if f.keySep != "" {
				key, value, found := strings.Cut(text, f.keySep)
				if !found {
					return fmt.Errorf("no %q in it", f.keySep)
				}
				r.Key, text = []byte(key), value
			}
			r.Value = []byte(text)
			return nil
		}
	}
	return nil
}

func parseJSONRecord(r *kgo.Record, line []byte) error {
	o := recordJSON{Partition: keyDecides}
	if err := json.Unmarshal(line, &o); err != nil {
		return err
	}
	if o.Partition < keyDecides {
		return fmt.Errorf("%d is no partition", o.Partition)
	}
	r.Partition = o.Partition
	var err error
	if r.Key, err = bytesOf(o.Key, o.KeyBase64, r.Key); err != nil {
		return err
	}
	if r.Value, err = bytesOf(o.Value, o.ValueBase64, nil); err != nil {
		return err
	}
	if o.Timestamp > 0 {
		r.Timestamp = time.UnixMilli(o.Timestamp)
	}
	headers := append([]kgo.RecordHeader(nil), r.Headers...)
	for _, h := range o.Headers {
		v, err := bytesOf(h.Value, h.ValueBase64, nil)
		if err != nil {
			return err
		}
		headers = append(headers, kgo.RecordHeader{Key: h.Key, Value: v})
	}
	r.Headers = headers
	return nil
}

func bytesOf(text *string, b64 string, otherwise []byte) ([]byte, error) {
	switch {
	case b64 != "":
		return base64.StdEncoding.DecodeString(b64)
	case text != nil:
		return []byte(*text), nil
	}
	return otherwise, nil
}

// produceAll sends every record and waits for the answers. It stops at the first refusal.
func (a *App) produceAll(ctx context.Context, s *session, next func() (*kgo.Record, error)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var mu sync.Mutex // guards failed, written and watch
	var failed error
	var written []producedRow
	// The client's own delivery timeout counts from a record's timestamp, which may be years old.
	var watch *time.Timer
	mu.Lock()
	watch = time.AfterFunc(a.limit(), func() {
		mu.Lock()
		defer mu.Unlock()
		if s.cl.BufferedProduceRecords() == 0 {
			watch.Reset(a.flags.timeout)
			return
		}
		if failed == nil {
			failed = fmt.Errorf("%w: no record was acknowledged for %v", context.DeadlineExceeded, a.flags.timeout)
		}
		cancel()
	})
	mu.Unlock()
	defer watch.Stop()
	bar := a.newProgress(-1, "produce")
	defer bar.done()
	sent := 0
	for {
		r, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		sent++
		s.cl.Produce(ctx, r, func(r *kgo.Record, err error) {
			mu.Lock()
			defer mu.Unlock()
			bar.add(1)
			watch.Reset(a.flags.timeout)
			switch {
			case err == nil && len(written) < maxListed:
				written = append(written, producedRow{r.Topic, r.Partition, r.Offset})
			case err != nil && failed == nil:
				failed = err
				cancel()
			}
		})
		mu.Lock()
		stop := failed != nil
		mu.Unlock()
		if stop {
			break
		}
	}
	if err := s.cl.Flush(ctx); err != nil && failed == nil {
		return err
	}
	mu.Lock()
	defer mu.Unlock()
	if failed != nil {
		return failed
	}
	return a.printProduced(written, sent)
}

// maxListed is how many written records are listed one by one.
const maxListed = 1000

func (a *App) printProduced(written []producedRow, sent int) error {
	if a.flags.output == "table" && sent != 1 {
		fmt.Fprintf(a.Err, "%d records written\n", sent)
		return nil
	}
	t := &table{head: []string{"TOPIC", "PARTITION", "OFFSET"}}
	for _, r := range written {
		t.add(r, r.Topic, fmt.Sprint(r.Partition), fmt.Sprint(r.Offset))
	}
	return a.print(t)
}
