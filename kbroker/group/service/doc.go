// Package service answers the requests of the group coordinator: it checks names, topics and access, finds the partition of
// __consumer_offsets that coordinates a group, spreads requests about many groups over their partitions, one pass each, and
// puts the answers together.
//
// It decides nothing about groups; package group does.
package service
