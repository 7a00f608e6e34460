package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// startDeadline bounds how long a system may take until it answers: Apache Kafka with 10 000 partitions needs over a minute.
const startDeadline = 5 * time.Minute

// stopDeadline bounds a clean stop; after it the process is killed.
const stopDeadline = 2 * time.Minute

// A Server is one running process of a system.
type Server struct {
	Spec Spec
	Addr string
	Dir  string

	l     *layout
	cores []int
	cmd   *exec.Cmd
	ended chan error
	began time.Time // exec
}

// Start starts a system in dir, which is empty or holds what an earlier run of the same layout left, pinned to cores. It
// returns at once; Ready waits.
func Start(ctx context.Context, spec Spec, dir string, cores []int) (*Server, error) {
	l, err := spec.layout(dir)
	if err != nil {
		return nil, err
	}
	s := &Server{Spec: spec, Addr: l.addr(), Dir: dir, l: l, cores: cores, began: time.Now()}
	if len(spec.Format) > 0 {
		args := l.args(spec.Format)
		out, err := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("%s: format: %w\n%s", spec.Name, err, tail(out))
		}
	}
	return s, s.exec()
}

func (s *Server) exec() error {
	out, err := os.OpenFile(filepath.Join(s.Dir, "server.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	args := s.l.args(s.Spec.Start)
	s.cmd = exec.Command(args[0], args[1:]...)
	s.cmd.Stdout, s.cmd.Stderr, s.cmd.Dir = out, out, s.Dir
	s.cmd.Env = append(os.Environ(), s.Spec.Env...)
	if err := startPinned(s.cmd, s.cores); err != nil {
		return fmt.Errorf("%s: %w", s.Spec.Name, err)
	}
	s.ended = make(chan error, 1)
	go func() { s.ended <- s.cmd.Wait() }()
	return nil
}

// Restart starts the system again in the same directory, on the same ports. began is when it was executed.
func (s *Server) Restart() error {
	s.began = time.Now()
	return s.exec()
}

// Ready waits until the system answers.
func (s *Server) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startDeadline)
	defer cancel()
	for {
		err := s.probe()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w", s.Spec.Name, err)
		case end := <-s.ended:
			s.ended <- end
			log, _ := os.ReadFile(filepath.Join(s.Dir, "server.log"))
			return fmt.Errorf("%s ended: %v\n%s", s.Spec.Name, end, tail(log))
		case <-time.After(time.Millisecond):
		}
	}
}

// probe asks for the brokers: a node that has not registered yet names none.
func (s *Server) probe() error {
	c, err := dial(s.Addr)
	if err != nil {
		return err
	}
	defer c.close()
	req := kmsg.NewPtrMetadataRequest()
	req.SetVersion(metadataVersion)
	req.Topics = []kmsg.MetadataRequestTopic{}
	resp, err := c.call(req)
	if err != nil {
		return err
	}
	if len(resp.(*kmsg.MetadataResponse).Brokers) == 0 {
		return errors.New("no broker is registered")
	}
	return nil
}

// Pid is the process.
func (s *Server) Pid() int { return s.cmd.Process.Pid }

// Stop asks the process to end and returns how long that took.
func (s *Server) Stop() (time.Duration, error) {
	start := time.Now()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return 0, err
	}
	select {
	case <-s.ended:
		return time.Since(start), nil
	case <-time.After(stopDeadline):
		s.Kill()
		return time.Since(start), fmt.Errorf("%s did not stop within %v and was killed", s.Spec.Name, stopDeadline)
	}
}

// Kill ends the process at once (kill -9).
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill()
	<-s.ended
}

// Mallocs is how many objects the process has allocated since it started. ok is false when it does not tell.
func (s *Server) Mallocs() (n float64, ok bool) {
	if s.Spec.Stats == "" {
		return 0, false
	}
	resp, err := http.Get(s.l.replace.Replace(s.Spec.Stats))
	if err != nil {
		return 0, false
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(io.LimitReader(resp.Body, 16<<20))
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(page)) {
		if name, value, found := strings.Cut(strings.TrimSpace(line), " "); found && name == "go_memstats_mallocs_total" {
			n, err := strconv.ParseFloat(value, 64)
			return n, err == nil
		}
	}
	return 0, false
}

func freePorts(n int) ([]int, error) {
	var ports []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

func tail(b []byte) string {
	const most = 2000
	return string(b[max(0, len(b)-most):])
}
