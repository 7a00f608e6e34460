// Package script is the language in which a broker's behaviour is written down, and its runner.
//
// A script is plain text. A transcript is the script with the broker's answers between its lines, in a form that is the
// same on every run: what differs from run to run has a name that says what it is, and arrays whose order Kafka does not
// promise are sorted. <id:1> is the first id that was seen, wherever it comes again; <port> and <address> are those of the
// bootstrap, others have a number; <now> is a time between the run's start and the answer, <now-2m> one two minutes before
// that. A value that is none of these is printed as it is. Transcripts of Apache Kafka are kept in testdata/apache.
//
//	# needs: Name Name             as the first line: APIs without which the script is skipped
//	# a comment, kept in the transcript
//	CreateTopics v7 {topics: [{name: "@t", numPartitions: 1, replicationFactor: 1}], timeoutMs: 10000}
//	ready topic @t                 wait until every partition has a leader
//	save id = topics[0].topicId    a value of the last answer, used later as $id
//	b: JoinGroup v9 {...} &        on connection b, without waiting for the answer
//	b: wait                        its answer
//	versions Metadata 0-13         the lines up to "end" for each version, as $v
//	for x in a b                   the lines up to "end" for each word, as $x
//	noreply Produce v9 {...}       a request that must not be answered
//	retry CODE,CODE Name v1 {...}  ask again while the answer holds such an error, for at most 15 seconds
//	until path=value Name v1 {...} ask again until the answer has the value, for at most 15 seconds
//	mask name ...                  the next answer's numbers above 0 of these names are printed as <name>
//	name name ...                  as <name:1>, where the same number has the same name each time
//	only path ...                  the next answer is printed as these fields alone
//	mine                           of the next answer's arrays, only elements that carry this script's names
//	raw 00000004...                bytes as they are; prints the answer's bytes or that the connection was closed
//	close                          closes the connection; the next line on it dials again
//	read TOPIC P [committed]       every batch of a partition, however many fetches that takes
//	kgo ...                        a step at client level, see kgo.go
//
// @name is a name of this run: it gets a suffix that keeps runs apart, and is printed as @name again. Values are JSON
// with optional quotes around names, plus functions: hex("00ff"), batch({...}), batches([...]), subscription({...}),
// assignment({...}), now(offsetMs), fill(n), kv("name:value").
package script
