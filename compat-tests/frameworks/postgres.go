package frameworks

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/kbroker/kbroker/compat-tests/clients"
	"github.com/kbroker/kbroker/compat-tests/refkafka"
)

// postgres is a database server of this run, on loopback, with logical decoding switched on.
type postgres struct {
	port int
	bin  string
	cmd  *exec.Cmd
	done chan struct{}
}

// startPostgres makes a data directory and starts the server as the user postgres, since it refuses to run as root.
func startPostgres(e Env) (*postgres, error) {
	bin, ok := serverPrograms()
	if !ok {
		if err := clients.DebianPackages("postgresql"); err != nil {
			return nil, fmt.Errorf("PostgreSQL's server is not installed: %w", err)
		}
		if bin, ok = serverPrograms(); !ok {
			return nil, errors.New("Debian's package postgresql is installed and has no server below /usr/lib/postgresql")
		}
	}
	ports, err := refkafka.FreePorts(1)
	if err != nil {
		return nil, err
	}
	cred, err := unprivileged()
	if err != nil {
		return nil, err
	}
	dir := e.path("postgres")
	if err := errors.Join(os.MkdirAll(dir, 0o700), os.Chmod(e.Dir, 0o755)); err != nil {
		return nil, err
	}
	if cred != nil {
		if err := os.Chown(dir, int(cred.Uid), int(cred.Gid)); err != nil {
			return nil, err
		}
	}
	p := &postgres{port: ports[0], bin: bin, done: make(chan struct{})}
	attr := &syscall.SysProcAttr{Credential: cred}
	initdb := exec.Command(filepath.Join(p.bin, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "postgres", "-A", "trust", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = attr, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	p.cmd = exec.Command(filepath.Join(p.bin, "postgres"), "-D", filepath.Join(dir, "data"), "-p", strconv.Itoa(p.port), "-h", "127.0.0.1",
		"-k", dir, "-c", "wal_level=logical", "-c", "fsync=off")
	p.cmd.SysProcAttr, p.cmd.Dir = attr, dir
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { p.cmd.Wait(); close(p.done) }()
	return p, until(30*time.Second, "postgres", func() error { return p.sql("select 1") })
}

// serverPrograms is the directory of the newest server's programs. Debian's client packages make such directories too, so it
// looks for what only a server has.
func serverPrograms() (string, bool) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return "", false
	}
	sort.Strings(found)
	return filepath.Dir(found[len(found)-1]), true
}

// unprivileged is the user postgres where this process is root, nil elsewhere.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err1, err2)
}

func (p *postgres) sql(statement string) error {
	out, err := exec.Command(filepath.Join(p.bin, "psql"), "-h", "127.0.0.1", "-p", strconv.Itoa(p.port), "-U", "postgres", "-q",
		"-v", "ON_ERROR_STOP=1", "-c", statement).CombinedOutput()
	if err != nil {
		return fmt.Errorf("psql: %w %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

func (p *postgres) stop() error {
	p.cmd.Process.Signal(syscall.SIGINT)
	select {
	case <-p.done:
		return nil
	case <-time.After(20 * time.Second):
		p.cmd.Process.Kill()
		<-p.done
		return errors.New("postgres did not stop within 20 seconds")
	}
}
