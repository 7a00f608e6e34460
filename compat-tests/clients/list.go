package clients

// Scenarios are the columns of the table, in order.
var Scenarios = []string{
	"produce-none", "produce-gzip", "produce-snappy", "produce-lz4", "produce-zstd", "acks-0", "acks-1", "acks-all",
	"records", "large-record", "group-rebalance", "group-static", "group-cooperative", "group-kip848", "offsets-restart", brokerRestart,
	"offsets-by-time", "idempotent", "transactions", "admin", "group-admin", "delete-records",
}

// brokerRestart is the scenario in which the program has the broker stopped and started again.
const brokerRestart = "broker-restart"

// Program is one client's program.
type Program struct {
	Name     string
	Language string
	Needs    string // the tool without which it cannot run
	Quick    bool   // part of the quick form
	// Lacks is what this version of the client does not offer, and how that is known. Of every other scenario the program
	// must say how it went.
	Lacks map[string]string
	// Prepare fetches and builds what the program needs and returns its command without the arguments.
	Prepare func(d Dirs) (Command, error)
}

// Command is how a program is run.
type Command struct {
	Args []string
	Env  []string
}

// Dirs are the places that programs are built from and into.
type Dirs struct {
	Root  string // compat-tests
	Cache string
}

// Programs lists the clients, Go's first because they need nothing.
func Programs() []Program {
	return []Program{
		{"franz-go", "Go", "go", true, nil, goProgram("franzgo")},
		{"sarama", "Go", "go", true, map[string]string{
			"group-kip848": "request.go names key 68 in a comment and has no such request",
		}, goProgram("sarama")},
		{"kafka-go", "Go", "go", true, map[string]string{
			"group-static":      "ReaderConfig has no group instance id; only raw requests do",
			"group-cooperative": "its balancers are range, round robin and rack affinity",
			"group-kip848":      "it has no request with key 68",
			"idempotent":        "Writer has no producer id",
			"transactions":      "Writer has none; only raw requests do",
			"delete-records":    "Client has no such request",
		}, goProgram("kafkago")},
		{"java", "Java", "mvn", true, nil, javaProgram},
		{"confluent-kafka", "Python", "python3", true, nil, pythonProgram("confluent.py")},
		{"kafka-python", "Python", "python3", true, map[string]string{
			"group-kip848": "protocol/api_key.py names key 68, nothing sends it",
		}, pythonProgram("kafkapython.py")},
		{"aiokafka", "Python", "python3", false, map[string]string{
			"group-cooperative": "its assignors are range, round robin and sticky, all of them eager",
			"group-kip848":      "it has no request with key 68",
		}, pythonProgram("aio.py")},
		{"kafkajs", "Node", "npm", true, map[string]string{
			"group-static":      "the consumer's options have no group instance id",
			"group-cooperative": "its only assigner is round robin, and it rebalances eagerly",
			"group-kip848":      "it has no request with key 68",
		}, nodeProgram("kafkajs.js")},
		{"@platformatic/kafka", "Node", "npm", false, nil, nodeProgram("platformatic.mjs")},
		{"@confluentinc/kafka-javascript", "Node", "npm", false, nil, confluentNodeProgram},
		{"kcat", "C", "kcat", true, map[string]string{
			"group-kip848":   "Debian's librdkafka is 2.0.2, the consumer group protocol came with 2.4",
			"admin":          "it has no admin calls",
			"group-admin":    "it has no admin calls",
			"delete-records": "it has no admin calls",
		}, kcatProgram},
		{"rust-rdkafka", "Rust", "cargo", false, nil, rustProgram},
	}
}
