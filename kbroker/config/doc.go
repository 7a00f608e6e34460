// Package config turns server.properties, the environment, --set arguments and dynamic configuration into what the rooms
// of a node read.
//
// Layers, the later one wins:
//
//	Kafka's defaults < file < environment < --set < dynamic default of all brokers < dynamic of this broker < topic
//
// A node with a file has exactly Kafka's defaults for what the file leaves out. A node without file and without
// KAFKA_PROCESS_ROLES is a single combined node for development: see Dev.
//
//	static, warnings, err := config.LoadFile("server.properties", os.Environ(), nil)
//	snap, _ := config.NewSnapshot(static, nil, nil)
//	topic := snap.Topic("orders", map[string]string{"cleanup.policy": "compact"})
//
// Static is what the node was started with and never changes. Snapshot is the effective view at one moment, immutable;
// a change of dynamic configuration makes a new Snapshot, and Holder hands the newest to readers without a lock.
//
// All of it is pure but loader.go, which reads files.
//
// Left out: the environment of the Confluent images for key stores (*_FILENAME, *_CREDENTIALS), KAFKA_OPTS, and the
// dialects of other images; keys that Kafka requires per plug-in class.
package config
