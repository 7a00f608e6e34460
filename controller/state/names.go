package state

import "github.com/twmb/franz-go/pkg/kerr"

// maxTopicName is the longest topic name: a directory name of the log must hold it, a dash and a partition.
const maxTopicName = 249

// MetadataTopic is the topic of the metadata log, which is no topic like the others.
const MetadataTopic = "__cluster_metadata"

// checkTopicName is Kafka's rule for the names of new topics (trap T37).
func checkTopicName(name string) *apiError {
	const prefix = "Topic name is invalid: "
	switch {
	case name == "":
		return fail(kerr.InvalidTopicException, prefix+"the empty string is not allowed")
	case name == "." || name == "..":
		return fail(kerr.InvalidTopicException, prefix+"'%s' is not allowed", name)
	case len(name) > maxTopicName:
		return fail(kerr.InvalidTopicException, prefix+"the length of '%s' is longer than the max allowed length %d", name, maxTopicName)
	}
	for _, c := range []byte(name) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '_', c == '-':
		default:
			return fail(kerr.InvalidTopicException, prefix+"'%s' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'", name)
		}
	}
	return nil
}
