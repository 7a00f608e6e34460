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
//	5  timeout: no broker was there, or none answered in time
//	6  unhealthy: the health check failed
//
// When nobody is there, every address that was named refusing, that is said at once; --wait says how long to wait for a
// broker that is starting. A broker that was there once is waited for, since it may be restarting, until --timeout is over
// (10 s unless given).
package cli
