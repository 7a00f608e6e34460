package api

// Metadata, key 3, versions 0 to 13.
//
// Tells the brokers, as the listener of the request reaches them, and topics: all (null; at v0 the empty list), none (the
// empty list), or those named. A topic that is not there is created when the request and auto.create.topics.enable allow
// it; this answer says UNKNOWN_TOPIC_OR_PARTITION all the same, and the next one finds it led.
//
//	v1 controller id, racks, internal flag; v2 cluster id; v4 leave to create (always given before); v5 offline replicas;
//	v7 leader epoch; v8 authorized operations (KIP-430); v9 flexible; v10 topic ids in answers; v12 and in requests;
//	v13 top-level error code for rebootstrap (KIP-1102)

import (
	"slices"
	"strings"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) metadata(req *protocol.Request, q *kmsg.MetadataRequest) kmsg.Response {
	if err := malformedTopics(q); err != nil {
		return metadataRefused(q, err)
	}
	resp := kmsg.NewPtrMetadataResponse()
	// The answer is of the world before it, as Apache Kafka's is: a topic that this request had made is told when the client
	// asks again. Clients' own tests rely on that (kafka-go reads a deleted topic with leave to create it).
	img := b.Image()
	wanted := b.metadataTopics(req, q)
	b.metadataBrokers(resp, img, req.Conn.Listener)
	resp.ClusterID = &b.ClusterID
	if q.Version >= 8 && q.Version <= 10 && q.IncludeClusterAuthorizedOperations {
		resp.AuthorizedOperations = b.operations(req.Conn, ResCluster, ClusterName)
		if !b.allowedCluster(req.Conn, OpDescribe) {
			resp.AuthorizedOperations = 0
		}
	}
	resp.Topics = make([]kmsg.MetadataResponseTopic, 0, len(wanted))
	for _, w := range wanted {
		if rt, tell := b.metadataTopic(req, q, img, w); tell {
			resp.Topics = append(resp.Topics, rt)
		}
	}
	return resp
}

// malformedTopics returns why a request cannot be meant: an id before v12, or neither name nor id.
func malformedTopics(q *kmsg.MetadataRequest) *kerr.Error {
	for _, t := range q.Topics {
		switch {
		case q.Version < 12 && (t.Topic == nil || t.TopicID != zeroID):
			return kerr.InvalidRequest
		case t.Topic == nil && t.TopicID == zeroID:
			return kerr.UnknownServerError
		}
	}
	return nil
}

// metadataRefused tells nothing but the error, for each topic.
func metadataRefused(q *kmsg.MetadataRequest, err *kerr.Error) kmsg.Response {
	resp := kmsg.NewPtrMetadataResponse()
	resp.ControllerID, resp.ErrorCode = -1, err.Code
	for _, t := range q.Topics {
		rt := kmsg.NewMetadataResponseTopic()
		rt.Topic, rt.TopicID, rt.ErrorCode = t.Topic, t.TopicID, err.Code
		if rt.Topic == nil {
			rt.Topic = text("")
		}
		resp.Topics = append(resp.Topics, rt)
	}
	return resp
}

// A wantedTopic is one topic of a request: by name, by id, or because all were asked for.
type wantedTopic struct {
	name string
	id   metadata.UUID
	byID bool
	all  bool
	err  error // why it could not be created
}

// metadataTopics returns the topics to tell of, and creates those that are missing and may be created.
func (b *Broker) metadataTopics(req *protocol.Request, q *kmsg.MetadataRequest) []wantedTopic {
	if q.Topics == nil || q.Version == 0 && len(q.Topics) == 0 {
		topics := b.Image().Topics()
		all := make([]wantedTopic, len(topics))
		for i, t := range topics {
			all[i] = wantedTopic{name: t.Name, id: t.ID, all: true}
		}
		return all
	}
	named := make([]wantedTopic, 0, len(q.Topics))
	seen := make(map[string]bool, len(q.Topics)) // a name that is asked for twice is told once (trap T32)
	ids := make(map[metadata.UUID]bool)
	for _, t := range q.Topics {
		switch {
		case t.TopicID != zeroID && q.Version >= 12:
			if !ids[t.TopicID] {
				named = append(named, wantedTopic{id: t.TopicID, byID: true})
			}
			ids[t.TopicID] = true
		case !seen[*t.Topic]:
			seen[*t.Topic] = true
			named = append(named, wantedTopic{name: *t.Topic})
		}
	}
	if (q.AllowAutoTopicCreation || q.Version < 4) && b.Config().Broker().AutoCreateTopics {
		b.createMissing(req, named)
	}
	return named
}

// createMissing creates the topics that are not there. What cannot be created is told as its error.
func (b *Broker) createMissing(req *protocol.Request, wanted []wantedTopic) {
	img := b.Image()
	var missing []*wantedTopic
	for i := range wanted {
		w := &wanted[i]
		if w.byID || img.Topic(w.name) != nil || !b.allowed(req.Conn, OpDescribe, ResTopic, w.name) {
			continue
		}
		if !b.allowedCluster(req.Conn, OpCreate) && !b.allowed(req.Conn, OpCreate, ResTopic, w.name) {
			w.err = kerr.TopicAuthorizationFailed
			continue
		}
		missing = append(missing, w)
	}
	if len(missing) == 0 {
		return
	}
	names := make([]string, len(missing))
	for i, w := range missing {
		names[i] = w.name
	}
	errs := b.autoCreate(req, names)
	for i, w := range missing {
		w.err = errs[i]
	}
}

func (b *Broker) metadataBrokers(resp *kmsg.MetadataResponse, img *metadata.Image, listener string) {
	resp.ControllerID = -1
	for _, broker := range img.Brokers() {
		ep, ok := broker.Endpoint(listener)
		if broker.Fenced || !ok {
			continue
		}
		rb := kmsg.NewMetadataResponseBroker()
		rb.NodeID, rb.Host, rb.Port, rb.Rack = broker.ID, ep.Host, int32(ep.Port), rackOf(broker)
		resp.Brokers = append(resp.Brokers, rb)
		if resp.ControllerID < 0 || broker.ID == b.ID {
			// Clients send what is meant for the controller to any broker, which forwards it; so this names a live broker.
			resp.ControllerID = broker.ID
		}
	}
}

func rackOf(broker *metadata.Broker) *string {
	if !broker.HasRack {
		return nil
	}
	return &broker.Rack
}

// metadataTopic tells one topic; tell is false for what an all-topics answer hides.
func (b *Broker) metadataTopic(req *protocol.Request, q *kmsg.MetadataRequest, img *metadata.Image, w wantedTopic) (rt kmsg.MetadataResponseTopic, tell bool) {
	rt = kmsg.NewMetadataResponseTopic()
	t := img.Topic(w.name)
	if w.byID {
		t = img.TopicByID(w.id)
	}
	if t != nil {
		w.name = t.Name
	}
	if !w.byID || t != nil {
		rt.Topic = &w.name
	}
	allowed := w.name == "" || b.allowed(req.Conn, OpDescribe, ResTopic, w.name)
	switch {
	case w.all && (t == nil || !allowed):
		return rt, false
	case !allowed && w.byID:
		rt.Topic, rt.TopicID, rt.ErrorCode = nil, w.id, kerr.UnknownTopicID.Code // the name stays hidden (trap T104)
	case !allowed:
		rt.ErrorCode = kerr.TopicAuthorizationFailed.Code
	case t == nil && w.byID:
		rt.TopicID, rt.ErrorCode = w.id, kerr.UnknownTopicID.Code
	case t == nil:
		rt.ErrorCode = missingTopic(w)
		b.tellTopicOperations(&rt, req, q, w.name)
	default:
		b.tellTopicOperations(&rt, req, q, t.Name)
		b.describeTopic(&rt, req, q, img, t)
	}
	if rt.Topic == nil && q.Version < 12 {
		rt.Topic = text("")
	}
	rt.IsInternal = rt.Topic != nil && isInternal(*rt.Topic)
	return rt, true
}

// missingTopic is the code of a topic that is not there. What went wrong while it was created is not told, except that
// its name can never be right.
func missingTopic(w wantedTopic) int16 {
	if !validTopicName(w.name) {
		return kerr.InvalidTopicException.Code
	}
	if w.err != nil && (wireError(w.err) == kerr.TopicAuthorizationFailed || wireError(w.err) == kerr.InvalidTopicException) {
		return code(w.err)
	}
	return kerr.UnknownTopicOrPartition.Code
}

// validTopicName is Kafka's rule: 1 to 249 of [a-zA-Z0-9._-], not "." and not "..".
func validTopicName(name string) bool {
	return name != "" && len(name) <= 249 && name != "." && name != ".." && strings.IndexFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_' || r == '-')
	}) < 0
}

// tellTopicOperations says what the client may do with a topic that it may know of, there or not.
func (b *Broker) tellTopicOperations(rt *kmsg.MetadataResponseTopic, req *protocol.Request, q *kmsg.MetadataRequest, name string) {
	if q.Version >= 8 && q.IncludeTopicAuthorizedOperations {
		rt.AuthorizedOperations = b.operations(req.Conn, ResTopic, name)
	}
}

func (b *Broker) describeTopic(rt *kmsg.MetadataResponseTopic, req *protocol.Request, q *kmsg.MetadataRequest, img *metadata.Image, t *metadata.Topic) {
	rt.TopicID = t.ID
	rt.Partitions = make([]kmsg.MetadataResponseTopicPartition, 0, len(t.Partitions))
	for id, p := range t.Partitions {
		if p == nil {
			continue
		}
		rp := kmsg.NewMetadataResponseTopicPartition()
		rp.Partition, rp.LeaderEpoch, rp.Replicas, rp.ISR = int32(id), p.LeaderEpoch, p.Replicas, p.ISR
		rp.OfflineReplicas = b.offlineReplicas(img, t.Name, int32(id), p, req.Conn.Listener)
		var err *kerr.Error
		if rp.Leader, err = b.leaderFor(img, t.Name, int32(id), p, req.Conn.Listener, q.Version >= 6); err != nil {
			rp.ErrorCode = err.Code
		}
		rt.Partitions = append(rt.Partitions, rp)
	}
}

// leaderFor returns the leader if the client can reach it. A leader here whose log is offline is none (as in Apache Kafka, where
// the directory's failure takes the leadership away), unless what is intact can be read: then consumers must find it.
func (b *Broker) leaderFor(img *metadata.Image, topic string, index int32, p *metadata.Partition, listener string, tellListener bool) (int32, *kerr.Error) {
	broker := img.Broker(p.Leader)
	if broker == nil || broker.Fenced {
		return metadata.NoLeader, kerr.LeaderNotAvailable
	}
	if _, ok := broker.Endpoint(listener); !ok {
		if tellListener {
			return metadata.NoLeader, kerr.ListenerNotFound
		}
		return metadata.NoLeader, kerr.LeaderNotAvailable
	}
	if p.Leader == b.ID {
		if offline, readable := b.Replicas.Failed(topic, index); offline && !readable {
			return metadata.NoLeader, kerr.LeaderNotAvailable
		}
	}
	return p.Leader, nil
}

// offlineReplicas are those on brokers that are fenced, unknown, or not reachable by the listener, those whose log directory
// failed, and the one here when it could not be opened or its log failed.
func (b *Broker) offlineReplicas(img *metadata.Image, topic string, index int32, p *metadata.Partition, listener string) []int32 {
	offline := []int32{}
	for _, id := range p.Replicas {
		broker := img.Broker(id)
		if broker == nil || broker.Fenced {
			offline = append(offline, id)
			continue
		}
		if _, ok := broker.Endpoint(listener); !ok || lostDir(broker, p.Directory(id)) {
			offline = append(offline, id)
			continue
		}
		if id == b.ID {
			if failed, _ := b.Replicas.Failed(topic, index); failed {
				offline = append(offline, id)
			}
		}
	}
	return offline
}

func lostDir(broker *metadata.Broker, dir metadata.UUID) bool {
	switch dir {
	case metadata.DirUnassigned, metadata.DirMigrating:
		return false
	case metadata.DirLost:
		return true
	}
	return len(broker.LogDirs) > 0 && !slices.Contains(broker.LogDirs, dir)
}
