// Package group coordinates groups: who is in one, who reads what, and how far it has read. A Machine is one partition of
// __consumer_offsets, run by coordinator/runtime; package group/service routes requests to it.
//
//	request > service > runtime > Handle or Batch > handler in its own file (11_join_group.go, ...)
//	                                > classic, consumer   who is a member (decided there, stored here)
//	                                > offsets             what is committed
//
// Methods of Machine that begin with Replay, and StoreClassicGroup, change it; all others ask. Whether a name belongs to a
// classic or a consumer group is decided by what is stored under it; an empty group of one kind makes way for the other.
package group
