// Package bench measures Apache Kafka and kbroker with the load generators that people use: Kafka's own perf tools,
// franz-go and librdkafka. Both brokers run from the start, pinned to one core; the generator runs on another. In each
// round every scenario runs against the one, then against the other, on a topic of its own.
//
//	Scenario   what is done, with which clients, and which figures count
//	Generator  a load program: its command line and how its output is read
//	system     a broker under test: its process, CPU time and memory
//	Run        the order of things, bounded in time; a run that fails is noted and the others go on
//	Results    every figure, kept as JSON
//	Lines      medians, spread, ratios: the table (Markdown) and the picture (SVG)
//
// CPU time is what the kernel charged to the broker's process. Latencies go into HDR histograms.
package bench
