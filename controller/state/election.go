package state

import (
	"slices"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/protocol/metarec"
)

// electionKind says how far a choice of leader may go.
type electionKind int8

const (
	electOnline    electionKind = iota // keep the leader if it can lead, else a replica that has everything
	electPreferred                     // the first replica, if it can lead
	electUnclean                       // if need be any live replica, which can lose records
)

// A transition is a change of one partition in the making: what shall be different, and who could lead.
type transition struct {
	old      *metadata.Partition
	kind     electionKind
	eligible func(broker int32) bool // alive, not shutting down, its directory online
	elr      bool                    // eligible leader replicas are on
	minISR   int

	isr      []int32 // wanted
	unclean  []int32 // replicas that restarted without proof of a clean shutdown (R18)
	recovery int8    // wanted leader recovery state, -1 to leave it

	elrNext, lastKnown []int32
	leader             int32
	lossy              bool // the leader was chosen uncleanly
}

// record returns the change, nil when nothing differs.
func (t *transition) record(topic metadata.UUID, partition int32) *metarec.PartitionChange {
	t.elrNext, t.lastKnown, t.leader = t.old.ELR, t.old.LastKnownELR, t.old.Leader
	t.nextELR()
	t.elect()
	t.nextELR() // the election may have changed the ISR
	r := metarec.NewPartitionChange()
	r.TopicID, r.PartitionID = topic, partition
	changed := t.fillLeader(r)
	// Without ELR an ISR is never left empty: its last member stays the only one that may lead again.
	if (len(t.isr) > 0 || t.elr) && !slices.Equal(t.isr, t.old.ISR) {
		r.ISR, changed = notNil(t.isr), true
	}
	if t.elr {
		t.rememberLeader(r)
		if !slices.Equal(t.elrNext, t.old.ELR) {
			r.EligibleLeaderReplicas, changed = notNil(t.elrNext), true
		}
		if !slices.Equal(t.lastKnown, t.old.LastKnownELR) {
			r.LastKnownELR, changed = notNil(t.lastKnown), true
		}
	}
	if !changed {
		return nil
	}
	return r
}

func (t *transition) fillLeader(r *metarec.PartitionChange) (changed bool) {
	if t.leader != t.old.Leader {
		r.Leader, changed = t.leader, true
	}
	switch {
	case t.lossy && t.old.RecoveryState != metadata.LeaderRecovering:
		r.LeaderRecoveryState, changed = metadata.LeaderRecovering, true
	case !t.lossy && t.recovery >= 0 && t.recovery != t.old.RecoveryState:
		r.LeaderRecoveryState, changed = t.recovery, true
	}
	return changed
}

func notNil(s []int32) []int32 {
	if s == nil {
		return []int32{}
	}
	return s
}

// elect chooses the leader and, where it was not in the ISR, makes it the ISR.
func (t *transition) elect() {
	leader, lossy := t.choose()
	t.leader, t.lossy = leader, lossy
	if leader == metadata.NoLeader || slices.Contains(t.isr, leader) {
		return
	}
	t.isr = []int32{leader}
}

func (t *transition) canLead(broker int32) bool {
	return t.eligible(broker) && (slices.Contains(t.isr, broker) || t.elr && slices.Contains(t.elrNext, broker))
}

// choose goes from the best to the worst: ISR, ELR, last known leader, any replica.
func (t *transition) choose() (leader int32, lossy bool) {
	if t.kind == electPreferred {
		if p := t.old.PreferredLeader(); t.canLead(p) {
			return p, false
		}
	}
	if t.canLead(t.old.Leader) {
		return t.old.Leader, false
	}
	for _, from := range [...][]int32{t.isr, t.elrNext} {
		for _, b := range t.old.Replicas { // the order of the replicas decides
			if slices.Contains(from, b) && t.canLead(b) {
				return b, false
			}
		}
	}
	if b, ok := t.lastKnownLeader(); ok {
		return b, true
	}
	if t.kind == electUnclean {
		for _, b := range t.old.Replicas {
			if t.eligible(b) {
				return b, true
			}
		}
	}
	return metadata.NoLeader, false
}

// lastKnownLeader is the one that led when the last member left ISR and ELR. It has at least what any other has.
func (t *transition) lastKnownLeader() (int32, bool) {
	if !t.elr || len(t.isr) > 0 || len(t.elrNext) > 0 || len(t.old.LastKnownELR) != 1 {
		return 0, false
	}
	b := t.old.LastKnownELR[0]
	return b, t.eligible(b)
}

// nextELR keeps those that leave an ISR below min.insync.replicas eligible: the high watermark could not move without them.
func (t *transition) nextELR() {
	if !t.elr {
		return
	}
	if len(t.isr) >= min(t.minISR, len(t.old.Replicas)) {
		t.elrNext = nil
		return
	}
	var next []int32
	for _, b := range slices.Concat(t.old.ELR, t.old.ISR) {
		if !slices.Contains(t.isr, b) && !slices.Contains(t.unclean, b) && !slices.Contains(next, b) {
			next = append(next, b)
		}
	}
	t.elrNext = next
}

// rememberLeader keeps the last leader of a partition whose ISR has become empty, and forgets it when there is a leader.
func (t *transition) rememberLeader(r *metarec.PartitionChange) {
	switch {
	case r.ISR != nil && len(r.ISR) == 0 && t.old.Leader != metadata.NoLeader:
		t.lastKnown = []int32{t.old.Leader}
	case t.leader != metadata.NoLeader:
		t.lastKnown = nil
	}
}

// reshuffle is what happens to many partitions at once when a broker comes, goes, or came back without proof.
type reshuffle struct {
	remove  int32 // leaves every ISR and leadership, -1 for none
	add     int32 // counts as alive though the image does not say so yet, -1 for none
	unclean int32 // leaves ISR and ELR: it restarted and may have lost records, -1 for none
}

// reshuffle returns the changes of all partitions that concerned picks.
func (s *State) reshuffle(img *metadata.Image, how reshuffle, concerned func(*metadata.Partition) bool) Records {
	var out Records
	for _, topic := range img.Topics() {
		var about *topicRules
		for id, p := range topic.Partitions {
			if p == nil || !concerned(p) {
				continue
			}
			if about == nil {
				about = s.rulesOf(img, topic.Name)
			}
			t := about.transition(p)
			t.eligible = s.eligible(img, p, how)
			t.isr = slices.DeleteFunc(slices.Clone(p.ISR), func(b int32) bool { return b == how.remove || b == how.unclean })
			if how.unclean >= 0 {
				t.unclean = []int32{how.unclean}
			}
			if r := t.record(topic.ID, int32(id)); r != nil {
				out = append(out, r)
			}
		}
	}
	return out
}

// topicRules is what elections of one topic's partitions go by.
type topicRules struct {
	kind   electionKind
	elr    bool
	minISR int
}

func (s *State) rulesOf(img *metadata.Image, topic string) *topicRules {
	r := &topicRules{elr: elr(img), minISR: s.minInSync(img, topic)}
	if s.unclean(img, topic) {
		r.kind = electUnclean
	}
	return r
}

func (r *topicRules) transition(p *metadata.Partition) *transition {
	return &transition{old: p, kind: r.kind, elr: r.elr, minISR: r.minISR, isr: p.ISR, recovery: -1}
}

// eligible reports who may lead p: an active broker whose directory is online (M16).
func (s *State) eligible(img *metadata.Image, p *metadata.Partition, how reshuffle) func(int32) bool {
	return func(id int32) bool {
		if id < 0 || id == how.remove || id == how.unclean {
			return false
		}
		b := img.Broker(id)
		if b == nil || id != how.add && !b.Active() {
			return false
		}
		return directoryOnline(b, p.Directory(id))
	}
}

// directoryOnline reports whether a broker has the directory that a replica is said to be in.
func directoryOnline(b *metadata.Broker, dir metadata.UUID) bool {
	switch dir {
	case metadata.DirUnassigned, metadata.DirMigrating:
		return true
	case metadata.DirLost:
		return false
	}
	return len(b.LogDirs) == 0 || slices.Contains(b.LogDirs, dir)
}

// nobody reshuffles nothing.
var nobody = reshuffle{remove: -1, add: -1, unclean: -1}
