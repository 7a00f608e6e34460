package state

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/twmb/franz-go/pkg/kerr"
)

// A placer spreads the replicas of new partitions as Kafka's striped placer does: the first replicas go round the racks,
// the others go on from there, so that each rack holds a partition once before it holds it twice, and within a rack the
// brokers take turns. Fenced brokers are used only when there are too few others, and never first.
type placer struct {
	rng      *rand.Rand
	racks    []*rack
	offset   int // the rack that the next partition begins with
	round    int // partitions placed since the last shuffle
	total    int
	unfenced int
}

type rack struct{ unfenced, fenced turn }

// turn gives out brokers one after another, from another one in each round.
type turn struct {
	brokers []int32
	offset  int
	index   int
	round   int
}

func (t *turn) next(round int) (int32, bool) {
	if t.round != round {
		t.round, t.index = round, 0
		if len(t.brokers) > 0 {
			t.offset = (t.offset + 1) % len(t.brokers)
		}
	}
	if t.index >= len(t.brokers) {
		return 0, false
	}
	b := t.brokers[(t.offset+t.index)%len(t.brokers)]
	t.index++
	return b, true
}

// newPlacer looks at the brokers that can take replicas: those that do not shut down and have a log directory that is
// not cordoned.
func newPlacer(img *metadata.Image, rng *rand.Rand) *placer {
	p := &placer{rng: rng}
	byRack := map[string]*rack{}
	var names []string
	for _, b := range img.Brokers() { // sorted by id
		if b.InControlledShutdown || allCordoned(b) {
			continue
		}
		name := "-"
		if b.HasRack {
			name = "r" + b.Rack
		}
		r := byRack[name]
		if r == nil {
			r = &rack{}
			byRack[name] = r
			names = append(names, name)
		}
		p.total++
		if b.Fenced {
			r.fenced.brokers = append(r.fenced.brokers, b.ID)
		} else {
			r.unfenced.brokers = append(r.unfenced.brokers, b.ID)
			p.unfenced++
		}
	}
	slices.SortFunc(names, strings.Compare)
	for _, name := range names {
		p.racks = append(p.racks, byRack[name])
	}
	if len(p.racks) > 0 {
		p.offset = rng.IntN(len(p.racks))
	}
	for _, r := range p.racks {
		r.unfenced.begin(rng)
		r.fenced.begin(rng)
	}
	return p
}

func (t *turn) begin(rng *rand.Rand) {
	t.round = -1
	if len(t.brokers) > 0 {
		t.offset = rng.IntN(len(t.brokers))
	}
}

func allCordoned(b *metadata.Broker) bool {
	return len(b.LogDirs) > 0 && !slices.ContainsFunc(b.LogDirs, func(d metadata.UUID) bool { return !slices.Contains(b.CordonedLogDirs, d) })
}

// check says whether a replication factor can be had at all.
func (p *placer) check(replicas int) *apiError {
	switch {
	case replicas <= 0:
		return fail(kerr.InvalidReplicationFactor, "Invalid replication factor %d: the replication factor must be positive.", replicas)
	case replicas > p.total:
		return fail(kerr.InvalidReplicationFactor, "The target replication factor of %d cannot be reached because only %d broker(s) are registered or some brokers have all their log directories cordoned.", replicas, p.total)
	case p.unfenced == 0:
		return fail(kerr.InvalidReplicationFactor, "All brokers are currently fenced.")
	}
	return nil
}

// place returns the replicas of one partition, the leader first. check must have allowed the number.
func (p *placer) place(replicas int) []int32 {
	if p.round == p.unfenced && p.unfenced > 1 {
		p.shuffle()
	}
	if p.offset >= len(p.racks) {
		p.offset = 0
	}
	out := make([]int32, 0, replicas)
	first := p.offset
	for { // some rack has an unfenced broker left: each gives one per partition at most before the next round
		if b, ok := p.racks[first].unfenced.next(p.round); ok {
			out = append(out, b)
			break
		}
		first = (first + 1) % len(p.racks)
	}
	at := p.offset
	for len(out) < replicas {
		at = (at + 1) % len(p.racks)
		b, next := p.nextFrom(at)
		out, at = append(out, b), next
	}
	p.round++
	p.offset++
	return out
}

// nextFrom takes a broker from the rack at, or from the first one behind it that has one; unfenced ones before fenced.
func (p *placer) nextFrom(at int) (broker int32, from int) {
	for _, fenced := range [...]bool{false, true} {
		for i := range p.racks {
			j := (at + i) % len(p.racks)
			t := &p.racks[j].unfenced
			if fenced {
				t = &p.racks[j].fenced
			}
			if b, ok := t.next(p.round); ok {
				return b, j
			}
		}
	}
	panic("state: no broker is left for a replica") // check has counted them
}

// shuffle begins a new cycle in another order, so that partition n and partition n + brokers do not share their replicas.
func (p *placer) shuffle() {
	p.round = 0
	p.rng.Shuffle(len(p.racks), func(i, j int) { p.racks[i], p.racks[j] = p.racks[j], p.racks[i] })
	for _, r := range p.racks {
		for _, t := range [...]*turn{&r.unfenced, &r.fenced} {
			p.rng.Shuffle(len(t.brokers), func(i, j int) { t.brokers[i], t.brokers[j] = t.brokers[j], t.brokers[i] })
			t.round = -1
		}
	}
}
