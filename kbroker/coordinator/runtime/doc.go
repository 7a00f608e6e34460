// Package runtime drives coordinator machines: one loop per led partition of one internal topic.
//
// A loop loads its machine from the log, takes operations and due timers from a bounded queue, appends what they decide,
// and answers when the high watermark has passed. It knows nothing of what it runs.
//
//	rt := runtime.New(runtime.Config{Name: "group", New: newMachine, Log: log})
//	rt.Elect(7, leaderEpoch)                    // from metadata publishing; loads in the background
//	rt.Write(7, "orders", handler, reply)       // never blocks; reply is called later, from another goroutine
//	rt.EndTxn(7, marker, reply)                 // WriteTxnMarkers on a partition of the internal topic
//	rt.Led()                                    // the partitions to ask when an operation concerns all
//	rt.Resign(7, leaderEpoch)                   // answers everything NOT_COORDINATOR
//	rt.Close()                                  // waits for the loops
package runtime
