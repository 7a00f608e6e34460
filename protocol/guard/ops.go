package guard

// An op is one step of a program. Programs and their parts end with opEnd; the parts of arrays and structs are programs too.
type op struct {
	code   opcode
	size   uint16 // of fixed, array and tagged contents: see the code
	weight uint16 // decoded bytes per element
	body   uint16 // first op of the element; of tags, first entry of tagTable
	field  uint16 // name, for errors
}

type opcode uint8

const (
	opEnd         opcode = iota
	opFixed              // size bytes: one or several fields of fixed size in a row
	opString             // int16 length
	opNullString         //
	opBytes              // int32 length
	opNullBytes          //
	opCompact            // uvarint length+1: string, bytes or records
	opNullCompact        //
	opNullStruct         // a byte, -1 for null, then the struct
	opTags               // size entries from tagTable[body]

	// Arrays come last and in this order, so that what they are can be read off their distance from opArray: 1 nullable,
	// 2 compact, 4 of fixed-size elements.
	opArray            // int32 count, then elements of at least size bytes
	opNullArray        //
	opCompactArray     // uvarint count+1
	opNullCompactArray //
	opFixedArray       // every element exactly size bytes
	opNullFixedArray
	opCompactFixedArray
	opNullCompactFixedArray
)

// A tagEntry is a tagged field that some version of the message has.
type tagEntry struct {
	tag   uint16
	body  uint16 // first op of its content, notHere at a version that does not carry it
	field uint16
}

const notHere = 0xffff

// An api is where the programs of a key stand: programs[first] is that of version min.
type api struct {
	min, max int16
	first    uint16
}
