// Package bench measures brokers: kbroker, the null broker and Apache Kafka, side by side in one run, with the same client
// bytes for each. See README.md for the method and the rows.
//
//	Spec      how a system is started: command lines and a properties file, with places to fill in
//	Server    a running process: its address, CPU time, memory, bytes written
//	client    a connection that sends frames encoded beforehand, so that the client is not the limit
//	Row       one thing that is measured; it says what it needs and returns figures
//	Suite     runs rows over systems, interleaved (ABAB), and keeps every figure
//	Report    medians, minima, ratios to the null broker and to Apache Kafka, as a table, JSON and SVG
//
// It is a driver and knows nothing of a broker's inside.
package bench
