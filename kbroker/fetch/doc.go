// Package fetch keeps fetch sessions (KIP-227): what a consumer or follower reads, so that it need not say it again with
// every request, and what it was told last, so that it need not hear it again.
//
//	request (id, epoch)      session                                   answer
//	(0, -1)                  none is wanted                            everything asked for, id 0
//	(any, 0)                 the old one is dropped, a new one begins  everything asked for, the new id, or 0 when there is no room
//	(any, -1)                the old one is dropped                    everything asked for, id 0
//	(id, n)                  continues when n is the next epoch        what changed, the same id
//	(id, other)              INVALID_FETCH_SESSION_EPOCH
//	(unknown, n)             FETCH_SESSION_ID_NOT_FOUND
//
// The package is a core: it is told the time and draws ids from a function it is given.
package fetch
