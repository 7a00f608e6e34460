package protocol

import (
	"net"
	"time"
)

// A Handler answers requests. Serve runs on the connection's reader goroutine, one request after another in order of
// arrival, so appends keep the order in which their frames came. Serve must not wait for anything but short locks and
// the disk: an answer that has to wait is given later, from another goroutine, through the same Reply.
type Handler interface {
	Serve(req *Request, reply Reply)
}

// A Request is one frame, its header decoded. The request and everything that aliases it (Body, ClientID) belong to the
// connection: they are valid until the Reply has been completed, and must not be kept after that.
type Request struct {
	Key           int16
	Version       int16
	CorrelationID int32
	ClientID      string // "" when null
	HasClientID   bool
	Body          []byte // the frame behind the request header; checked by guard before the Handler sees it
	Received      time.Time
	Conn          *Conn
}

// Conn is what a handler may know of the connection that a request came by. Fields are set before the first request
// that can observe them and are read-only for handlers, except through the setters that a later room adds for SASL.
type Conn struct {
	ID            uint64
	Listener      string   // listener name, "PLAINTEXT"
	Remote        net.Addr // the peer
	Local         net.Addr
	Principal     Principal
	Software      string // KIP-511 client software name, "" until ApiVersions v3+ told it
	SoftwareVer   string
	Privileged    bool // an inter-broker or controller listener
	ControllerEnd bool // a controller listener: the API table of the controller applies
}

// Principal is who the peer is. On a listener without authentication it is User:ANONYMOUS.
type Principal struct {
	Type string // "User"
	Name string
}

// Anonymous is the principal of a connection that need not authenticate.
var Anonymous = Principal{Type: "User", Name: "ANONYMOUS"}

// String returns the principal as Kafka prints it, "User:alice".
func (p Principal) String() string { return p.Type + ":" + p.Name }

// An Encoder appends a response body (behind the response header) at the version of its request. Every kmsg.Response is one.
type Encoder interface {
	AppendTo(dst []byte) []byte
}

// A Reply is the slot of one request in its connection's order of answers. Exactly one of Send, SendParts, Nothing and
// Close completes it, once, from any goroutine; the request's bytes must not be touched after that. Answers leave in
// the order of the requests, however late an earlier one is completed (trap T15).
type Reply interface {
	// Send encodes resp at once, on the caller's goroutine.
	Send(resp Encoder)
	// SendParts answers with a body made of bytes and regions of files; the connection owns parts until they have been
	// written, and calls Release on each region then, or when the connection dies first.
	SendParts(parts []Part)
	// Nothing completes a request that has no answer: Produce with acks=0 (trap T17).
	Nothing()
	// Close ends the connection after the answers before this one have been written. why goes to the log.
	Close(why string)
	// Throttle asks the connection to pause that long before it reads the next frame. Call it before completing.
	Throttle(d time.Duration)
}

// A Part is a run of bytes or, when Region is not nil, a region of a file.
type Part struct {
	Bytes  []byte
	Region Region
}

// A Region is a run of bytes of a file that can be sent without passing through memory, or copied.
type Region interface {
	Len() int64
	// ReadAt copies from the region, off counted from its start.
	ReadAt(p []byte, off int64) (int, error)
	// Sysfile returns the file descriptor and the position of the region in the file, ok=false when there is none
	// (an in-memory file system). The descriptor stays open until Release.
	Sysfile() (fd uintptr, pos int64, ok bool)
	// Release gives the region back. It is called exactly once.
	Release()
}
