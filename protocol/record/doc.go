// Package record reads, checks, builds and compresses record batches of format v2, Kafka's format on the wire and on disk.
//
// A Batch is a view over bytes that somebody else owns; nothing is copied until a record has to be decompressed.
//
//	offset  field                       in CRC
//	 0  int64  base offset              no   stamped by the leader
//	 8  int32  length (bytes behind this field)
//	12  int32  partition leader epoch   no   stamped by the leader
//	16  int8   magic (2)
//	17  uint32 CRC-32C of everything from 21 on
//	21  int16  attributes               yes  bits 0-2 codec, 3 timestamp type, 4 transactional, 5 control, 6 delete horizon
//	23  int32  last offset delta        yes
//	27  int64  base timestamp           yes
//	35  int64  max timestamp            yes
//	43  int64  producer id              yes
//	51  int16  producer epoch           yes
//	53  int32  base sequence            yes
//	57  int32  record count             yes
//	61  records
package record
