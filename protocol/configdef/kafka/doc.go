// Package kafka holds the configuration keys of Apache Kafka 4.4 for brokers, topics, groups and client metrics
// subscriptions, and the pure rules by which they are altered and checked.
//
// Everything here is decided from values handed in, so the controller uses it to turn an AlterConfigs request into
// records, and the broker to answer DescribeConfigs:
//
//	next, err := kafka.Alter(kafka.ResourceTopic, current, []kafka.Operation{{Name: "retention.ms", Op: kafka.OpSet, Value: "1000"}})
//
// The tables were checked against the ConfigDef of the 4.4.0 release; testdata/keys.tsv keeps the facts. The release has
// one key more than its branch had in August 2026: max.decompressed.message.bytes, for brokers and topics.
package kafka
