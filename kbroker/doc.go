// Package kbroker is the composition root: it builds, starts and stops a node in its roles. Nothing depends on it but the
// command, the in-process clusters for tests, and the compatibility tests.
//
//	node, err := kbroker.Start(ctx, kbroker.Options{Config: static})
//	...
//	err = node.Close(ctx)
//
// Start order: storage, controller, metadata, registration, listeners. A node that has returned from Start is ready: it is
// unfenced, its image holds its own registration, and its listeners answer. Close is the same backwards.
package kbroker
