package kbroker

import (
	"sync/atomic"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/kbroker/api"
	"github.com/kbroker/kbroker/kbroker/config"
	"github.com/kbroker/kbroker/kbroker/group/service"
)

// world is what the requests see: the newest image that every room of this node has acted upon.
//
// The publishers run in this order, each for every image, on the goroutine of the metadata loader:
//
//	upcoming   the image that the rooms below look configs up in
//	config     dynamic broker configs
//	replicas   make, lead, follow and delete; coordinators are elected and resigned by them
//	groups     forget the offsets of deleted topics
//	visible    what requests see
//
// Visible comes last, so whatever Metadata tells a client is ready to be used (traps T26, T28).
type world struct {
	upcoming atomic.Pointer[metadata.Image]
	visible  atomic.Pointer[metadata.Image]
	// assignable is the offset of the newest visible image that changed what assignments depend on: topics, or racks.
	assignable atomic.Int64
}

func newWorld() *world {
	w := &world{}
	w.upcoming.Store(metadata.Empty)
	w.visible.Store(metadata.Empty)
	return w
}

// Image returns the image that requests see.
func (w *world) Image() *metadata.Image { return w.visible.Load() }

func (w *world) show(delta *metadata.Delta, img *metadata.Image) {
	w.visible.Store(img)
	if delta.TopicsChanged() || len(delta.BrokerChanges()) > 0 {
		w.assignable.Store(img.Offset())
	}
}

func (n *Node) publishers() []metadata.Publisher {
	return []metadata.Publisher{
		metadata.PublisherFunc(func(_ *metadata.Delta, img *metadata.Image) { n.world.upcoming.Store(img) }),
		metadata.PublisherFunc(n.publishConfig),
		n.replicas,
		metadata.PublisherFunc(n.publishDeletions),
		metadata.PublisherFunc(n.world.show),
	}
}

func (n *Node) publishConfig(delta *metadata.Delta, img *metadata.Image) {
	for _, r := range delta.ConfigChanges() {
		if r.Type == metadata.ResourceBroker && (r.Name == "" || r.Name == n.name) {
			for _, w := range n.config.Update(brokerConfigs(img, ""), brokerConfigs(img, n.name)) {
				n.log.Warn(w.String())
			}
			return
		}
	}
}

func brokerConfigs(img *metadata.Image, name string) map[string]string {
	return img.Configs(metadata.Resource{Type: metadata.ResourceBroker, Name: name})
}

func (n *Node) publishDeletions(delta *metadata.Delta, _ *metadata.Image) {
	if !delta.TopicsChanged() {
		return
	}
	for _, c := range delta.TopicChanges() {
		if c.New == nil && c.Old.Name != api.OffsetsTopic {
			n.groups.TopicDeleted(c.Old.Name, c.Old.ID)
		}
	}
}

// topics is the image as the group coordinators ask it.
type topics struct {
	img     *metadata.Image
	version int64
}

// topics returns what the group coordinators see now. The version is never newer than the image: who has seen it may look
// once too often, and never once too few.
func (w *world) topics() service.Topics {
	version := w.assignable.Load()
	return topics{w.Image(), version}
}

// Version implements service.Topics.
func (t topics) Version() int64 { return t.version }

// Each implements service.Topics.
func (t topics) Each(yield func(name string) bool) {
	for _, topic := range t.img.Topics() {
		if !yield(topic.Name) {
			return
		}
	}
}

// Racks implements service.Topics.
func (t topics) Racks(name string, partition int32) []string {
	p := t.img.Partition(name, partition)
	if p == nil {
		return nil
	}
	var racks []string
	for _, id := range p.Replicas {
		if b := t.img.Broker(id); b != nil && b.HasRack {
			racks = append(racks, b.Rack)
		}
	}
	return racks
}

func (t topics) TopicName(id [16]byte) (string, bool) {
	if topic := t.img.TopicByID(id); topic != nil {
		return topic.Name, true
	}
	return "", false
}

func (t topics) TopicID(name string) ([16]byte, bool) {
	if topic := t.img.Topic(name); topic != nil {
		return topic.ID, true
	}
	return [16]byte{}, false
}

func (t topics) Partitions(name string) int32 {
	if topic := t.img.Topic(name); topic != nil {
		return int32(len(topic.Partitions))
	}
	return 0
}

// partitionsOf counts the partitions of an internal topic: as it is, or as it will be made.
func (n *Node) partitionsOf(topic string, made func(*config.Broker) int32) int32 {
	if t := n.world.upcoming.Load().Topic(topic); t != nil {
		return int32(len(t.Partitions))
	}
	return made(n.config.Load().Broker())
}
