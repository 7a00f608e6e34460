// Package controller holds who leads and what exists: the metadata quorum, the decisions about brokers, topics,
// partitions, configs and features, and the images of the world that every node acts upon. See DESIGN.md.
package controller
