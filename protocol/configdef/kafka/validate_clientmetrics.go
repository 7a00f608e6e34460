package kafka

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Bounds of a subscription's push interval (KIP-714).
const (
	minPushIntervalMs = 100
	maxPushIntervalMs = 3_600_000
)

// matchKeys are what a subscription can be restricted by.
var matchKeys = []string{"client_instance_id", "client_id", "client_software_name", "client_software_version",
	"client_source_address", "client_source_port"}

func validateClientMetrics(configs map[string]string) *AlterError {
	if err := checkNames(ClientMetrics, configs, "Unknown client metrics configuration: ", CodeInvalidRequest); err != nil {
		return err
	}
	values, err := parseAll(ClientMetrics, configs)
	if err != nil {
		return invalidConfig(err.Error())
	}
	if n := values("interval.ms").Int(); n < minPushIntervalMs || n > maxPushIntervalMs {
		return invalidRequest(fmt.Sprintf("Invalid value %d for interval.ms, interval must be between %d and %d (1 hour)",
			n, minPushIntervalMs, maxPushIntervalMs))
	}
	for _, m := range values("match").List() {
		if !validMatch(m) {
			return invalidConfig("Illegal client matching pattern: " + m)
		}
	}
	return nil
}

func validMatch(entry string) bool {
	key, pattern, found := strings.Cut(entry, "=")
	if !found || pattern == "" || strings.Contains(pattern, "=") || !slices.Contains(matchKeys, strings.TrimSpace(key)) {
		return false
	}
	_, err := regexp.Compile(strings.TrimSpace(pattern))
	return err == nil
}
