// Package configdef describes a configuration key as a value: its name, type, default, check, documentation, where it
// applies, how it may change and what kbroker does with it.
//
// The parsing rules are those of Apache Kafka's ConfigDef: numbers, booleans and lists are trimmed, a list splits on
// commas with blanks around them, a boolean is true or false in any case, a list whose check asks for distinct elements
// loses repeated ones instead of failing. Error texts follow Kafka's, because operators search for them.
//
//	def := configdef.NewDef(kafka.TopicKeys())
//	v, err := def.Parse("retention.ms", " 86400000 ")
//	// v.Int() == 86400000
//
// The package is pure: no clock, no disk, no goroutine. The tables of Kafka's keys stand in configdef/kafka.
package configdef
