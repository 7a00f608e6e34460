package server

import (
	"bytes"
	"fmt"
)

// strangers are beginnings of other protocols that people point at a broker's port.
var strangers = []struct{ begin, what string }{
	{"\x16\x03", "TLS on a plain-text listener"},
	{"GET ", "HTTP"}, {"POST", "HTTP"}, {"HEAD", "HTTP"}, {"PUT ", "HTTP"}, {"DELE", "HTTP"}, {"OPTI", "HTTP"}, {"CONN", "HTTP"},
	{"PATC", "HTTP"}, {"TRAC", "HTTP"}, {"PRI ", "HTTP/2"}, {"HTTP", "an HTTP answer"},
	{"SSH-", "SSH"}, {"PROX", "the PROXY protocol"}, {"\r\n\r\n\x00\r\nQUIT\n", "the PROXY protocol"}, {"AMQP", "AMQP"},
}

// strange ends the connection because its next four bytes are no size that a frame may have.
func (c *conn) strange(head []byte, size, bound int) {
	what := fmt.Sprintf("a frame of %d bytes, above the bound of %d", size, bound)
	if size < 0 {
		what = fmt.Sprintf("a frame of the negative size %d", size)
	}
	for _, s := range strangers {
		if bytes.HasPrefix(head, []byte(s.begin[:min(len(s.begin), 4)])) {
			what = s.what
			break
		}
	}
	c.srv.stats.strangers.Add(1)
	c.srv.note("stranger", "not a Kafka request, connection closed", "what", what, "listener", c.listener.Name,
		"peer", c.pub.Remote, "bytes", fmt.Sprintf("%q", head[:min(len(head), 16)]))
	c.endWith(endBytes, what)
}
