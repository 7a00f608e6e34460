// Package refkafka runs Apache Kafka itself, as the reference that kbroker is judged by: it fetches the jars with Maven,
// formats data directories of its own, starts one or three nodes in combined mode, waits until they answer, and stops
// them again. Nothing of it is kept in the repository; everything lies below the cache directory.
package refkafka
