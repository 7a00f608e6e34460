// Package vfs is the disk as an interface, the only door through which logstore reaches files.
//
// OS is the real file system. Mem keeps files in memory and separates what was written from what was synced, so that a
// crash clone can show what a power cut would leave. Fault wraps any FS and makes the n-th operation fail.
package vfs
