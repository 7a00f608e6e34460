package frameworks

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/kbroker/kbroker/compat-tests/refkafka"
	"github.com/twmb/franz-go/pkg/kgo"
)

// rowsPerRound is how many rows are inserted before and after the worker's restart.
const rowsPerRound = 50

// Connect runs a distributed worker: rows of a PostgreSQL table flow through Debezium into a topic and from there into a
// file; the worker is restarted in the middle, and every row must be there once the second half has been inserted.
func Connect(e Env) error { return connect(e, false) }

// ConnectExactlyOnce is Connect with an exactly-once source (KIP-618) whose worker is killed in the middle: a reader of what is
// committed finds each row in the topic once.
func ConnectExactlyOnce(e Env) error { return connect(e, true) }

func connect(e Env, exactlyOnce bool) error {
	cp, err := refkafka.FetchJars(context.Background(), e.Cache, filepath.Join(e.Root, "frameworks", "connect", "pom.xml"), "connect")
	if err != nil {
		return err
	}
	pg, err := startPostgres(e)
	if err != nil {
		return err
	}
	ports, err := refkafka.FreePorts(1)
	if err != nil {
		return errors.Join(err, pg.stop())
	}
	w := &worker{e: e, cp: cp, pg: pg, url: fmt.Sprintf("http://127.0.0.1:%d", ports[0]), port: ports[0], exactlyOnce: exactlyOnce}
	return errors.Join(w.run(), pg.stop())
}

type worker struct {
	e    Env
	cp   string
	pg   *postgres
	url  string
	port int
	j    *jvm

	exactlyOnce bool
}

func (w *worker) run() error {
	if err := w.pg.sql("create table items (id int primary key, name text not null)"); err != nil {
		return err
	}
	if err := w.start(); err != nil {
		return err
	}
	err := w.rounds()
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, w.j.tail())
	}
	return errors.Join(err, w.j.stop(syscall.SIGTERM))
}

func (w *worker) rounds() error {
	if err := w.insert(0); err != nil {
		return err
	}
	if err := w.connectors(); err != nil {
		return err
	}
	if err := w.arrived(rowsPerRound); err != nil {
		return err
	}
	end := syscall.SIGTERM
	if w.exactlyOnce {
		end = syscall.SIGKILL
	}
	if err := w.j.stop(end); err != nil {
		return err
	}
	if err := w.insert(rowsPerRound); err != nil {
		return err
	}
	if err := w.start(); err != nil {
		return err
	}
	if err := w.arrived(2 * rowsPerRound); err != nil || !w.exactlyOnce {
		return err
	}
	return w.once(2 * rowsPerRound)
}

// once reads what is committed in the source's topic and wants rows 0 to n-1, each once.
func (w *worker) once(n int) error {
	cl, err := kgo.NewClient(kgo.SeedBrokers(w.e.judge()))
	if err != nil {
		return err
	}
	defer cl.Close()
	times := map[int]int{}
	err = committed(context.Background(), cl, w.e.judge(), w.e.Prefix+".public.items", func(r *kgo.Record) {
		var row struct {
			After struct{ ID *int }
		}
		if json.Unmarshal(r.Value, &row) == nil && row.After.ID != nil {
			times[*row.After.ID]++
		}
	})
	if err != nil {
		return err
	}
	return onceVerdict(times, n)
}

func (w *worker) insert(from int) error {
	return w.pg.sql(fmt.Sprintf("insert into items select i, 'item-' || i from generate_series(%d, %d) i", from, from+rowsPerRound-1))
}

func (w *worker) start() error {
	props := map[string]string{
		"bootstrap.servers": w.e.Bootstrap, "group.id": w.e.Prefix, "listeners": w.url,
		"config.storage.topic": w.e.Prefix + "-configs", "offset.storage.topic": w.e.Prefix + "-offsets", "status.storage.topic": w.e.Prefix + "-status",
		"config.storage.replication.factor": "1", "offset.storage.replication.factor": "1", "status.storage.replication.factor": "1",
		"key.converter": "org.apache.kafka.connect.json.JsonConverter", "value.converter": "org.apache.kafka.connect.json.JsonConverter",
		"key.converter.schemas.enable": "false", "value.converter.schemas.enable": "false",
		"offset.flush.interval.ms": "1000", "scheduled.rebalance.max.delay.ms": "0", "plugin.discovery": "service_load",
	}
	if w.exactlyOnce {
		props["exactly.once.source.support"] = "enabled"
	}
	var b strings.Builder
	for k, v := range props {
		fmt.Fprintf(&b, "%s=%s\n", k, v)
	}
	file := w.e.path("worker.properties")
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		return err
	}
	j, err := startJVM(w.e.Dir, w.e.path("connect.log"), w.cp, "org.apache.kafka.connect.cli.ConnectDistributed", file)
	if err != nil {
		return err
	}
	w.j = j
	err = until(90*time.Second, "the worker", func() error {
		if j.ended() {
			return errors.New("the worker has ended")
		}
		return w.call("GET", "/connectors", nil, nil)
	})
	if err != nil {
		return errors.Join(fmt.Errorf("%w\n%s", err, j.tail()), j.stop(syscall.SIGTERM))
	}
	return nil
}

func (w *worker) connectors() error {
	source := map[string]string{
		"connector.class": "io.debezium.connector.postgresql.PostgresConnector", "plugin.name": "pgoutput", "database.hostname": "127.0.0.1",
		"database.port": fmt.Sprint(w.pg.port), "database.user": "postgres", "database.password": "postgres", "database.dbname": "postgres",
		"topic.prefix": w.e.Prefix, "table.include.list": "public.items", "slot.name": "compat", "publication.autocreate.mode": "filtered",
	}
	if w.exactlyOnce {
		source["exactly.once.support"] = "required"
	}
	sink := map[string]string{
		"connector.class": "org.apache.kafka.connect.file.FileStreamSinkConnector", "topics": w.e.Prefix + ".public.items",
		"file": w.e.path("sink.txt"),
	}
	for name, config := range map[string]map[string]string{"source": source, "sink": sink} {
		if err := w.call("POST", "/connectors", map[string]any{"name": name, "config": config}, nil); err != nil {
			return err
		}
	}
	return until(60*time.Second, "the connectors", w.running)
}

func (w *worker) running() error {
	for _, name := range []string{"source", "sink"} {
		var s struct {
			Connector struct{ State string }
			Tasks     []struct{ State, Trace string }
		}
		if err := w.call("GET", "/connectors/"+name+"/status", nil, &s); err != nil {
			return err
		}
		if s.Connector.State != "RUNNING" || len(s.Tasks) == 0 || s.Tasks[0].State != "RUNNING" {
			return fmt.Errorf("%s: %+v", name, s)
		}
	}
	return nil
}

// arrived waits until rows 0 to n-1 are in the sink's file.
func (w *worker) arrived(n int) error {
	return until(w.e.patience(90*time.Second), fmt.Sprintf("%d rows in the sink's file", n), func() error {
		b, err := os.ReadFile(w.e.path("sink.txt"))
		if err != nil {
			return err
		}
		return rowsVerdict(b, n)
	})
}

func (w *worker) call(method, path string, body, into any) error {
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		r = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, w.url+path, r)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := (&http.Client{Timeout: 20 * time.Second}).Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil || resp.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s %.300s", method, path, resp.Status, text)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}
