package kafka

import (
	"regexp"
	"strconv"
	"strings"

	cd "github.com/kbroker/kbroker/protocol/configdef"
)

// Bounds of gzip's level.
const (
	gzipDefaultLevel = -1
	gzipMinLevel     = 1
	gzipMaxLevel     = 9
)

func gzipLevel() cd.Validator {
	return cd.Func("[1,...,9] or -1", func(name string, v cd.Value) error {
		if n := v.Int(); n != gzipDefaultLevel && (n < gzipMinLevel || n > gzipMaxLevel) {
			return cd.Invalid(name, v.String(), "Value must be between 1 and 9 or equal to -1")
		}
		return nil
	})
}

const throttledFormat = "[partitionId]:[brokerId],[partitionId]:[brokerId],..."

// throttledEntry takes an empty entry too, as Kafka does: appending nothing leaves one.
var throttledEntry = regexp.MustCompile(`^([0-9]+:[0-9]+)?$`)

func throttledReplicas() cd.Validator {
	return cd.Func(throttledFormat, func(name string, v cd.Value) error {
		entries := v.List()
		if len(entries) == 1 && entries[0] == "*" {
			return nil
		}
		for _, e := range entries {
			if !throttledEntry.MatchString(e) {
				return cd.Invalid(name, cd.Shown(v),
					name+" must be the literal '*' or a list of replicas in the following format: "+throttledFormat)
			}
		}
		return nil
	})
}

func quorumVoters() cd.Validator {
	return cd.Func("list of id@host:port", func(name string, v cd.Value) error {
		for _, e := range v.List() {
			if _, err := ParseVoter(e); err != nil {
				return err
			}
		}
		return nil
	})
}

func bootstrapServers() cd.Validator {
	return cd.Func("list of host:port", func(name string, v cd.Value) error {
		for _, e := range v.List() {
			if _, _, ok := SplitHostPort(e); !ok {
				return cd.Complaint(name, "Failed to parse host name from "+e+" for the configuration "+name+
					`. Each entry should be in the form "{host}:{port}"`)
			}
		}
		return nil
	})
}

// Voter is one entry of controller.quorum.voters.
type Voter struct {
	ID   int32
	Host string
	Port int
}

// ParseVoter reads id@host:port.
func ParseVoter(entry string) (Voter, error) {
	const key = "controller.quorum.voters"
	id, addr, found := strings.Cut(entry, "@")
	n, err := strconv.ParseInt(id, 10, 32)
	if found && err != nil {
		return Voter{}, cd.Complaint(key, "Failed to parse voter ID as an integer from "+id)
	}
	host, port, ok := SplitHostPort(addr)
	if !found || !ok {
		return Voter{}, cd.Complaint(key, "Failed to parse host name from entry "+entry+" for the configuration "+key+
			". Each entry should be in the form `{id}@{host}:{port}`.")
	}
	return Voter{ID: int32(n), Host: host, Port: port}, nil
}

const maxPort = 65535

// SplitHostPort reads host:port or [address]:port. Host names may hold underscores, as container names do.
func SplitHostPort(s string) (host string, port int, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i <= 0 {
		return "", 0, false
	}
	n, err := strconv.ParseUint(s[i+1:], 10, 16)
	if err != nil || n > maxPort {
		return "", 0, false
	}
	host = s[:i]
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		host = host[1 : len(host)-1]
	}
	return host, int(n), host != ""
}

const byDuration = "by_duration:"

// isoDuration is what Java's Duration.parse takes: days, hours, minutes, seconds, each with its own sign.
var isoDuration = regexp.MustCompile(`(?i)^([-+]?)P(?:([-+]?[0-9]+)D)?(T(?:([-+]?[0-9]+)H)?(?:([-+]?[0-9]+)M)?(?:([-+]?[0-9]+)(?:[.,]([0-9]{0,9}))?S)?)?$`)

func offsetReset() cd.Validator {
	return cd.Func("[latest, earliest, by_duration:PnDTnHnMn.nS]", func(name string, v cd.Value) error {
		s := v.Text()
		if s == "earliest" || s == "latest" || strings.HasPrefix(s, byDuration) && validDuration(s[len(byDuration):]) {
			return nil
		}
		return cd.Invalid(name, s, "Invalid value `"+s+"` for configuration "+name+
			". The value must be either 'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'.")
	})
}

// validDuration accepts ISO 8601 durations that are not negative.
func validDuration(s string) bool {
	m := isoDuration.FindStringSubmatch(s)
	if m == nil || m[2] == "" && m[4] == "" && m[5] == "" && m[6] == "" || strings.EqualFold(m[3], "T") {
		return false
	}
	var total float64
	for _, part := range []struct {
		digits string
		unit   float64
	}{{m[2], 86400}, {m[4], 3600}, {m[5], 60}, {m[6], 1}} {
		if part.digits == "" {
			continue
		}
		n, err := strconv.ParseInt(part.digits, 10, 64)
		if err != nil {
			return false
		}
		total += float64(n) * part.unit
	}
	if m[1] == "-" {
		total = -total
	}
	return total >= 0
}
