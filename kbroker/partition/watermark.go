package partition

// highWatermark returns the offset below which every member of the in-sync replica set has the records: the least of
// their log end offsets. leaderEnd is what the leader itself may count on; end looks up a follower, ok=false when it has
// not fetched in this leader epoch, and then the watermark stays.
//
// R4: never past the log end of a member of the ISR. R3: never below current.
func highWatermark(current, leaderEnd int64, leader int32, isr []int32, end func(replica int32) (int64, bool)) int64 {
	low := leaderEnd
	for _, id := range isr {
		if id == leader {
			continue
		}
		e, ok := end(id)
		if !ok {
			return current
		}
		low = min(low, e)
	}
	return max(current, low)
}
