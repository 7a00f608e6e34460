package clients

// Scenarios are the columns of the table, in order.
var Scenarios = []string{
	"produce-none", "produce-gzip", "produce-snappy", "produce-lz4", "produce-zstd", "acks-0", "acks-1", "acks-all",
	"group-rebalance", "offsets-restart", "admin", "idempotent", "offsets-by-time", "transactions", "group-kip848",
}

// Program is one client's program.
type Program struct {
	Name     string
	Language string
	Needs    string // the tool without which it cannot run
	Quick    bool   // part of the quick form
	// NotWritten are the scenarios that this program does not have, though the client may offer the thing. Of every other
	// scenario the program must say how it went, or that the client does not offer it.
	NotWritten []string
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
	kip848 := []string{"group-kip848"}
	return []Program{
		{"franz-go", "Go", "go", true, nil, goProgram("franzgo")},
		{"sarama", "Go", "go", true, kip848, goProgram("sarama")},
		{"kafka-go", "Go", "go", true, nil, goProgram("kafkago")},
		{"java", "Java", "mvn", true, nil, javaProgram},
		{"confluent-kafka", "Python", "python3", true, nil, pythonProgram("confluent.py")},
		{"kafka-python", "Python", "python3", true, kip848, pythonProgram("kafkapython.py")},
		{"aiokafka", "Python", "python3", false, kip848, pythonProgram("aio.py")},
		{"kafkajs", "Node", "npm", true, nil, nodeProgram("kafkajs.js")},
		{"@platformatic/kafka", "Node", "npm", false, nil, nodeProgram("platformatic.mjs")},
		{"@confluentinc/kafka-javascript", "Node", "npm", false, kip848, confluentNodeProgram},
		{"kcat", "C", "kcat", true, nil, kcatProgram},
		{"rust-rdkafka", "Rust", "cargo", false, kip848, rustProgram},
	}
}
