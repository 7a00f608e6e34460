package vfs

// An Allocator is a File that can reserve blocks beyond its end.
type Allocator interface {
	// Allocate reserves blocks up to size without changing the file's length.
	Allocate(size int64) error
}
