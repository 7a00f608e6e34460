package checkpoint

import (
	"encoding/json"
	"strings"
)

// CleanShutdownFile exists in a log directory between a clean stop and the next start.
const CleanShutdownFile = ".kafka_cleanshutdown"

type cleanShutdown struct {
	Version     int   `json:"version"`
	BrokerEpoch int64 `json:"brokerEpoch"`
}

// ParseCleanShutdown returns the broker epoch of the last clean stop, -1 when the file does not tell. Older brokers wrote an
// empty file.
func ParseCleanShutdown(data []byte) int64 {
	var c cleanShutdown
	if strings.TrimSpace(string(data)) == "" || json.Unmarshal(data, &c) != nil {
		return -1
	}
	return c.BrokerEpoch
}

// EncodeCleanShutdown returns the file's content.
func EncodeCleanShutdown(brokerEpoch int64) []byte {
	b, err := json.Marshal(cleanShutdown{0, brokerEpoch})
	if err != nil {
		panic("checkpoint: two integers always encode: " + err.Error())
	}
	return b
}
