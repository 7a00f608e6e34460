package quorum

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	pb "go.etcd.io/raft/v3/raftpb"

	"github.com/kbroker/kbroker/protocol/record"
)

// Bounds and times of the driver.
const (
	// DefaultTick is one raft tick: with ten of them to an election it is controller.quorum.election.timeout.ms=1000.
	DefaultTick = 100 * time.Millisecond
	// maxInbound bounds the messages of other voters that wait for the driver; raft sends again what is dropped.
	maxInbound = 4096
	// maxProposals bounds the batches that wait for the driver.
	maxProposals = 65536
	// fullDiskRetry is how long the driver waits before it tries an append again that met a full disk.
	fullDiskRetry = time.Second
)

// A Listener hears what happens in the quorum. It is called by the driver's goroutine, must not block, and must not call
// the driver back except for Propose and Read.
type Listener interface {
	// OnCommit tells that everything below the offset is committed and can be read.
	OnCommit(highWatermark int64)
	// OnLeadership tells who leads. It comes after the OnCommit for what the new leader found committed.
	OnLeadership(l Leadership)
	// OnRefused tells that a proposal was not appended; whoever made it must give up the view of the world behind it.
	OnRefused(b record.Batch, err error)
}

// A Transport carries messages to other voters.
type Transport interface {
	// Send hands messages over. It must not block, and may lose or reorder them; what becomes of a snapshot message is
	// told with Driver.ReportSnapshot.
	Send(messages []*pb.Message)
}

// Config is what a Driver is made of.
type Config struct {
	NodeConfig
	Listener  Listener
	Transport Transport     // nil for a quorum of one
	Tick      time.Duration // 0: DefaultTick
	Now       func() int64  // wall clock, ms
	// OnFatal is called once, when the node cannot go on; nothing it does not know to be durable was acknowledged.
	OnFatal func(error)
}

// A Driver gives a Node its goroutine, clock and net. Start and Close pair.
type Driver struct {
	cfg  Config
	node *Node // owned by run

	hw   atomic.Int64
	wake chan struct{} // capacity 1: something is in the mailbox
	done chan struct{} // closed when run has ended

	mu struct {
		sync.Mutex
		proposals []record.Batch
		inbound   []*pb.Message
		calls     []func(*Node)
		stop      bool  // Close was called
		err       error // why the driver has ended
	}
}

// ErrClosed is what a driver answers that was closed.
var ErrClosed = errors.New("quorum: closed")

// Start recovers the metadata log and starts the driver. A quorum of one elects itself at once; it has nobody to hear
// from, and no ticker runs.
func Start(cfg Config) (*Driver, error) {
	if cfg.Tick == 0 {
		cfg.Tick = DefaultTick
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.OnFatal == nil {
		cfg.OnFatal = func(error) {}
	}
	node, err := OpenNode(cfg.NodeConfig)
	if err != nil {
		return nil, err
	}
	d := &Driver{cfg: cfg, node: node, wake: make(chan struct{}, 1), done: make(chan struct{})}
	d.hw.Store(node.HighWatermark())
	go d.run()
	return d, nil
}

// Close stops the driver and waits for it.
func (d *Driver) Close() {
	d.mu.Lock()
	d.mu.stop = true
	d.mu.Unlock()
	d.signal()
	<-d.done
}

func (d *Driver) signal() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Propose hands a batch to the leader; see Node.Propose for what it must carry. It does not wait: the batch is committed
// when OnCommit passes it, and OnRefused tells when it was not appended. Batches are appended in the order of the calls,
// those that arrive while the disk is busy with one fsync.
func (d *Driver) Propose(b record.Batch) error {
	d.mu.Lock()
	err := d.mu.err
	if err == nil && len(d.mu.proposals) >= maxProposals {
		err = ErrBusy
	}
	if err == nil {
		d.mu.proposals = append(d.mu.proposals, b)
	}
	d.mu.Unlock()
	d.signal()
	return err
}

// Deliver takes a message of another voter. It does not wait, and drops what it has no room for.
func (d *Driver) Deliver(m *pb.Message) {
	d.mu.Lock()
	if d.mu.err == nil && len(d.mu.inbound) < maxInbound {
		d.mu.inbound = append(d.mu.inbound, m)
	}
	d.mu.Unlock()
	d.signal()
}

// ReportSnapshot tells what became of a snapshot message that the transport was given.
func (d *Driver) ReportSnapshot(to uint64, ok bool) {
	d.post(func(n *Node) { n.ReportSnapshot(to, ok) })
}

// post has fn run by the driver's goroutine; false when that has ended.
func (d *Driver) post(fn func(*Node)) bool {
	d.mu.Lock()
	ok := d.mu.err == nil
	if ok {
		d.mu.calls = append(d.mu.calls, fn)
	}
	d.mu.Unlock()
	d.signal()
	return ok
}

// call has fn run by the driver's goroutine and waits for it.
func (d *Driver) call(fn func(*Node)) error {
	ran := make(chan struct{})
	if d.post(func(n *Node) { fn(n); close(ran) }) {
		select {
		case <-ran:
			return nil
		case <-d.done:
		}
		select {
		case <-ran: // it was the last that ran
			return nil
		default:
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.mu.err
}

// HighWatermark returns the offset below which everything is committed.
func (d *Driver) HighWatermark() int64 { return d.hw.Load() }

// Read returns committed batches, as Node.Read does. Anyone may call it.
func (d *Driver) Read(offset int64, maxBytes int) ([]record.Batch, error) {
	return d.node.st.log.read(offset, maxBytes, d.hw.Load())
}

// LoadSnapshot reads the newest snapshot; offset 0 when there is none but the frame of an empty log, which tells
// kraft.version. The batches are checked and whole.
func (d *Driver) LoadSnapshot() (SnapshotID, []record.Batch, error) {
	for {
		var id SnapshotID
		var there bool
		err := d.call(func(n *Node) { id, there = n.st.snap.id(), len(n.st.snapshots) > 0 })
		if err != nil || !there {
			return id, nil, err
		}
		batches, err := readCheckpoint(d.cfg.FS, d.cfg.Dir, id)
		if errors.Is(err, fs.ErrNotExist) {
			continue // a newer one has taken its place
		}
		return id, batches, err
	}
}

// Snapshot writes the state as of offset and trims the log. It waits for the disk on the caller's goroutine, not on the
// driver's. One caller at a time.
func (d *Driver) Snapshot(offset int64, c SnapshotContent) error {
	var p snapPoint
	var err error
	var frame func(func(record.Batch) bool)
	if cerr := d.call(func(n *Node) {
		if p, err = n.prepareSnapshot(offset); err == nil {
			frame = n.frame(p, c)
		}
	}); cerr != nil || err != nil {
		return errors.Join(cerr, err)
	}
	if err := writeCheckpoint(d.cfg.FS, d.cfg.Dir, p, frame); err != nil {
		return err
	}
	if cerr := d.call(func(n *Node) { err = n.st.adopt(p) }); cerr != nil {
		return cerr
	}
	return err
}

func (d *Driver) run() {
	defer close(d.done)
	err := d.loop()
	d.mu.Lock()
	d.mu.err = err
	d.mu.proposals, d.mu.inbound, d.mu.calls = nil, nil, nil
	d.mu.Unlock()
	d.node.Close()
	if !errors.Is(err, ErrClosed) {
		d.cfg.OnFatal(err)
	}
}

func (d *Driver) loop() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("quorum: %v", p) // raft met a state that must not be
		}
	}()
	var ticks <-chan time.Time
	if len(d.node.Voters()) > 1 {
		t := time.NewTicker(d.cfg.Tick)
		defer t.Stop()
		ticks = t.C
	} else if err := d.node.Campaign(); err != nil {
		return err
	}
	told := Leadership{Leader: -1}
	for {
		if err := d.work(&told); err != nil {
			return err
		}
		select {
		case <-d.wake:
		case <-ticks:
			d.node.Tick()
		}
		if !d.intake() {
			return ErrClosed
		}
	}
}

// intake puts the mailbox into the node; false when the driver shall end.
func (d *Driver) intake() bool {
	d.mu.Lock()
	proposals, inbound, calls, stop := d.mu.proposals, d.mu.inbound, d.mu.calls, d.mu.stop
	d.mu.proposals, d.mu.inbound, d.mu.calls = nil, nil, nil
	d.mu.Unlock()
	if stop {
		return false
	}
	for _, m := range inbound {
		d.node.Step(m)
	}
	for _, b := range proposals {
		if err := d.node.Propose(b); err != nil {
			d.cfg.Listener.OnRefused(b, err)
		}
	}
	for _, fn := range calls {
		fn(d.node)
	}
	return true
}

// work lets the node do what there is to do, sends what it says, and tells the listener what changed.
func (d *Driver) work(told *Leadership) error {
	messages, err := d.node.Process(d.cfg.Now())
	for errors.Is(err, ErrNoSpace) {
		d.cfg.Logger.Error("the metadata log waits for space on its disk", "error", err)
		if !d.pause(fullDiskRetry) {
			return ErrClosed
		}
		messages, err = d.node.Process(d.cfg.Now())
	}
	if err != nil {
		return err
	}
	if len(messages) > 0 && d.cfg.Transport != nil {
		d.cfg.Transport.Send(messages)
	}
	if hw := d.node.HighWatermark(); hw != d.hw.Load() {
		d.hw.Store(hw)
		d.cfg.Listener.OnCommit(hw)
	}
	now := d.node.Leadership()
	if now.Epoch != told.Epoch || now.Leader != told.Leader || now.Active != told.Active {
		*told = now
		d.cfg.Listener.OnLeadership(now)
	}
	return nil
}

// pause waits; false when the driver shall end.
func (d *Driver) pause(wait time.Duration) bool {
	t := time.NewTimer(wait)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			return true
		case <-d.wake:
		}
		d.mu.Lock()
		stop := d.mu.stop
		d.mu.Unlock()
		if stop {
			return false
		}
		d.cfg.Logger.Debug("work waits for space on the metadata disk")
	}
}
