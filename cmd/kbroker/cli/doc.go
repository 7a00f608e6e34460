// Package cli holds kbroker's commands, one file each. They speak the public protocol, so they work against any broker;
// storage, dump and start work on this machine's files.
//
// Every command takes -o table|json|jsonl|csv|name. With JSON, errors are JSON too: {"error":{"code":3,"kind":"not
// found","message":"..."}}, on standard error. Standard output carries nothing but the answer; progress and questions
// go to standard error.
//
// Exit codes:
//
//	0  done
//	1  failed
//	2  wrong usage: unknown command, flag or value, or a question that nobody could answer
//	3  not found: no such topic, group, key or file
//	4  refused: login failed or not authorised
//	5  timeout: no broker answered in time
//	6  unhealthy: the health check failed
//
// A broker that cannot be reached is tried again until --timeout is over (10 s unless given).
package cli
