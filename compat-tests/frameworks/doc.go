// Package frameworks runs a Kafka Streams application and Kafka Connect against a broker: what they need of it goes far
// beyond producing and consuming.
package frameworks
