package checkpoint

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// MetaPropertiesFile ties a log directory to a cluster, a node and its own id.
const MetaPropertiesFile = "meta.properties"

// MetaProperties is the content of meta.properties, version 1 (version 0 of ZooKeeper times is read too).
type MetaProperties struct {
	Version     int
	ClusterID   string   // "" when absent
	NodeID      int32    // -1 when absent
	DirectoryID [16]byte // zero when absent
	Other       map[string]string
}

// ParseMetaProperties reads meta.properties. Unknown keys are kept in Other.
func ParseMetaProperties(file string, data []byte) (MetaProperties, error) {
	m := MetaProperties{Version: 0, NodeID: -1, Other: map[string]string{}}
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == '!' {
			continue
		}
		key, val, ok := strings.Cut(line, "=")
		if !ok {
			return m, &Error{file, i + 1, fmt.Sprintf("%q is not key=value", line)}
		}
		if err := m.set(strings.TrimSpace(key), strings.ReplaceAll(strings.TrimSpace(val), `\`, "")); err != nil {
			return m, &Error{file, i + 1, err.Error()}
		}
	}
	if m.NodeID < 0 && m.ClusterID == "" {
		return m, &Error{file, 0, "it names neither cluster.id nor node.id"}
	}
	return m, nil
}

func (m *MetaProperties) set(key, val string) error {
	switch key {
	case "version":
		v, err := strconv.Atoi(val)
		if err != nil || v < 0 || v > 1 {
			return fmt.Errorf("version %q is not 0 or 1", val)
		}
		m.Version = v
	case "cluster.id":
		m.ClusterID = val
	case "node.id", "broker.id":
		n, err := strconv.ParseInt(val, 10, 32)
		if err != nil || n < 0 {
			return fmt.Errorf("%s %q is not a node id", key, val)
		}
		m.NodeID = int32(n)
	case "directory.id":
		id, err := ParseUUID(val)
		if err != nil {
			return err
		}
		m.DirectoryID = id
	default:
		m.Other[key] = val
	}
	return nil
}

// Encode returns the file's content at version 1.
func (m MetaProperties) Encode() []byte {
	var b strings.Builder
	b.WriteString("version=1\n")
	if m.ClusterID != "" {
		fmt.Fprintf(&b, "cluster.id=%s\n", m.ClusterID)
	}
	if m.NodeID >= 0 {
		fmt.Fprintf(&b, "node.id=%d\n", m.NodeID)
	}
	if m.DirectoryID != [16]byte{} {
		fmt.Fprintf(&b, "directory.id=%s\n", FormatUUID(m.DirectoryID))
	}
	for _, k := range slices.Sorted(maps.Keys(m.Other)) {
		fmt.Fprintf(&b, "%s=%s\n", k, m.Other[k])
	}
	return []byte(b.String())
}
