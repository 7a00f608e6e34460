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
		{"franz-go", "Go", "go", true, goProgram("franzgo")},
		{"sarama", "Go", "go", true, goProgram("sarama")},
		{"kafka-go", "Go", "go", true, goProgram("kafkago")},
		{"java", "Java", "mvn", true, javaProgram},
		{"confluent-kafka", "Python", "python3", true, pythonProgram("confluent.py")},
		{"kafka-python", "Python", "python3", true, pythonProgram("kafkapython.py")},
		{"aiokafka", "Python", "python3", false, pythonProgram("aio.py")},
		{"kafkajs", "Node", "npm", true, nodeProgram("kafkajs.js")},
		{"@platformatic/kafka", "Node", "npm", false, nodeProgram("platformatic.mjs")},
		{"@confluentinc/kafka-javascript", "Node", "npm", false, confluentNodeProgram},
		{"kcat", "C", "kcat", true, kcatProgram},
		{"rust-rdkafka", "Rust", "cargo", false, rustProgram},
	}
}
