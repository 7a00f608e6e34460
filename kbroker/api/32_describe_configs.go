package api

// DescribeConfigs, key 32, versions 1 to 4. Every config of a topic, broker, group or client metrics subscription with its
// value, where the value comes from, and the chain of synonyms behind it; log levels for broker loggers.
//
//	v3 type and documentation; v4 flexible
//
// A resource that is named twice is told once, where Apache Kafka tells it twice.

import (
	"maps"
	"slices"
	"strconv"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/kbroker/config"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) describeConfigs(req *protocol.Request, q *kmsg.DescribeConfigsRequest) kmsg.Response {
	resp := kmsg.NewPtrDescribeConfigsResponse()
	img, snapshot := b.Image(), b.Config()
	once := describing{seen: make(map[metadata.Resource]bool, len(q.Resources)), left: maxToldBesideTopics}
	resp.Resources = make([]kmsg.DescribeConfigsResponseResource, 0, len(q.Resources))
	for i := range q.Resources {
		r := &q.Resources[i]
		if once.again(r) {
			continue
		}
		rr := kmsg.NewDescribeConfigsResponseResource()
		rr.ResourceType, rr.ResourceName = r.ResourceType, r.ResourceName
		err := once.refuse(r)
		var entries []config.Entry
		if err == nil {
			entries, err = b.describeResource(req, img, snapshot, *r, config.Query{
				Names: wantedNames(r.ConfigNames), IncludeSynonyms: q.IncludeSynonyms, IncludeDoc: q.Version >= 3 && q.IncludeDocumentation})
			once.told(r, len(entries))
		}
		if err != nil {
			rr.ErrorCode, rr.ErrorMessage = err.Code, text(sentence(err))
		} else {
			rr.ErrorMessage = text("")
		}
		rr.Configs = make([]kmsg.DescribeConfigsResponseResourceConfig, 0, len(entries))
		for _, e := range entries {
			rr.Configs = append(rr.Configs, describedConfig(e))
		}
		resp.Resources = append(resp.Resources, rr)
	}
	return resp
}

// Bounds of one request. Groups and client metrics subscriptions need not exist, and a number can be spelled in many ways,
// so nothing else keeps an answer in proportion to its question.
const (
	maxToldBesideTopics = 16384 // configs of what is no topic
	leastTold           = 16    // counted for each resource, however few of its configs are told
	maxConfigNames      = 4096  // of one resource; none has as many
)

// The refusals that a request may meet any number of times.
var (
	unknownTopic     = saying(kerr.UnknownTopicOrPartition, "")
	tooManyResources = saying(kerr.InvalidRequest, "Too many resources in one request")
)

// describing keeps an answer in proportion to what exists: a resource that is named twice is told once (clients look
// answers up by resource), and the configs of what is no topic are counted.
type describing struct {
	seen map[metadata.Resource]bool
	left int // configs beside topics' that may still be told
}

// again reports whether r was named before.
func (d *describing) again(r *kmsg.DescribeConfigsRequestResource) bool {
	key := metadata.Resource{Type: metadata.ResourceType(r.ResourceType), Name: r.ResourceName}
	was := d.seen[key]
	d.seen[key] = true
	return was
}

func (d *describing) refuse(r *kmsg.DescribeConfigsRequestResource) *kerr.Error {
	switch {
	case len(r.ConfigNames) > maxConfigNames:
		return saying(kerr.InvalidRequest, "More than "+strconv.Itoa(maxConfigNames)+" config names for one resource")
	case r.ResourceType != kmsg.ConfigResourceTypeTopic && d.left <= 0:
		return tooManyResources
	}
	return nil
}

func (d *describing) told(r *kmsg.DescribeConfigsRequestResource, n int) {
	if r.ResourceType != kmsg.ConfigResourceTypeTopic {
		d.left -= max(n, leastTold)
	}
}

// wantedNames: no list and an empty list both mean every config.
func wantedNames(names []string) []string {
	if len(names) == 0 {
		return nil
	}
	return names
}

func describedConfig(e config.Entry) kmsg.DescribeConfigsResponseResourceConfig {
	c := kmsg.NewDescribeConfigsResponseResourceConfig()
	c.Name, c.Value, c.ReadOnly, c.IsSensitive = e.Name, e.Value, e.ReadOnly, e.Sensitive
	c.Source, c.IsDefault = kmsg.ConfigSource(e.Source), e.Source == config.SourceDefault
	c.ConfigType, c.Documentation = kmsg.ConfigType(e.Type), e.Doc
	for _, s := range e.Synonyms {
		cs := kmsg.NewDescribeConfigsResponseResourceConfigConfigSynonym()
		cs.Name, cs.Value, cs.Source = s.Name, s.Value, kmsg.ConfigSource(s.Source)
		c.ConfigSynonyms = append(c.ConfigSynonyms, cs)
	}
	return c
}

func (b *Broker) describeResource(req *protocol.Request, img *metadata.Image, snapshot *config.Snapshot, r kmsg.DescribeConfigsRequestResource, q config.Query) ([]config.Entry, *kerr.Error) {
	overrides := img.Configs(metadata.Resource{Type: metadata.ResourceType(r.ResourceType), Name: r.ResourceName})
	switch r.ResourceType {
	case kmsg.ConfigResourceTypeTopic:
		return b.describeTopicConfigs(req, img, snapshot, r.ResourceName, overrides, q)
	case kmsg.ConfigResourceTypeGroupConfig:
		switch {
		case !b.allowed(req.Conn, OpDescribeConfigs, ResGroup, r.ResourceName):
			return nil, kerr.GroupAuthorizationFailed
		case r.ResourceName == "":
			return nil, saying(kerr.InvalidRequest, "Group name must not be empty")
		}
		return snapshot.DescribeGroup(overrides, q), nil
	}
	if !b.allowedCluster(req.Conn, OpDescribeConfigs) {
		return nil, kerr.ClusterAuthorizationFailed
	}
	switch r.ResourceType {
	case kmsg.ConfigResourceTypeBroker:
		return b.describeBrokerConfigs(snapshot, r.ResourceName, q)
	case kmsg.ConfigResourceTypeBrokerLogger:
		return b.describeLoggers(r.ResourceName, q)
	case kmsg.ConfigResourceTypeClientMetrics:
		if r.ResourceName == "" {
			return nil, saying(kerr.InvalidRequest, "Client metrics subscription name must not be empty")
		}
		return config.DescribeClientMetrics(overrides, q), nil
	}
	return nil, kerr.InvalidRequest
}

// saying is an error code with a text of its own.
func saying(e *kerr.Error, message string) *kerr.Error {
	own := *e
	own.Description = message
	return &own
}

func (b *Broker) describeTopicConfigs(req *protocol.Request, img *metadata.Image, snapshot *config.Snapshot, name string, overrides map[string]string, q config.Query) ([]config.Entry, *kerr.Error) {
	switch {
	case !b.allowed(req.Conn, OpDescribeConfigs, ResTopic, name):
		return nil, kerr.TopicAuthorizationFailed
	case !validTopicName(name):
		return nil, saying(kerr.InvalidTopicException, topicNameComplaint(name))
	case img.Topic(name) == nil:
		return nil, unknownTopic
	}
	return snapshot.DescribeTopic(overrides, q), nil
}

// topicNameComplaint says what is wrong with a topic's name, in Kafka's words.
func topicNameComplaint(name string) string {
	const head = "Topic name is invalid: "
	switch {
	case name == "":
		return head + "the empty string is not allowed"
	case name == "." || name == "..":
		return head + "'" + name + "' is not allowed"
	case len(name) > 249:
		return head + "the length of '" + name + "' is longer than the max allowed length 249"
	}
	return head + "'" + name + "' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"
}

func (b *Broker) describeBrokerConfigs(snapshot *config.Snapshot, name string, q config.Query) ([]config.Entry, *kerr.Error) {
	if name == "" {
		return snapshot.DescribeBrokerDefault(q), nil
	}
	id, err := strconv.ParseInt(name, 10, 32)
	switch {
	case err != nil:
		return nil, saying(kerr.InvalidRequest, "Broker id must be an integer, but it is: "+name)
	case int32(id) != b.ID:
		return nil, saying(kerr.InvalidRequest, "Unexpected broker id, expected "+strconv.Itoa(int(b.ID))+" or empty string, but received "+name)
	}
	return snapshot.DescribeBroker(q), nil
}

func (b *Broker) describeLoggers(name string, q config.Query) ([]config.Entry, *kerr.Error) {
	id, err := strconv.ParseInt(name, 10, 32)
	switch {
	case name == "":
		return nil, saying(kerr.InvalidRequest, "Broker id must not be empty")
	case err != nil:
		return nil, saying(kerr.InvalidRequest, "Broker id must be an integer, but it is: "+name)
	case int32(id) != b.ID:
		return nil, saying(kerr.InvalidRequest, "Unexpected broker id, expected "+strconv.Itoa(int(b.ID))+" but received "+name)
	}
	levels := b.Loggers.Levels()
	var out []config.Entry
	for _, component := range slices.Sorted(maps.Keys(levels)) {
		if q.Names == nil || slices.Contains(q.Names, component) {
			out = append(out, config.Entry{Name: component, Value: text(levels[component]), Source: config.SourceBrokerLogger, Type: loggerType})
		}
	}
	return out, nil
}

// loggerType is STRING, the type that Kafka tells for a log level.
const loggerType = 2
