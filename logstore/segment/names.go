package segment

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

// Suffixes of a segment's files.
const (
	LogSuffix      = ".log"
	IndexSuffix    = ".index"
	TimeSuffix     = ".timeindex"
	TxnSuffix      = ".txnindex"
	SnapshotSuffix = ".snapshot" // producer state at the offset in the name

	DeletedSuffix = ".deleted" // appended to files that are to be removed
	CleanedSuffix = ".cleaned" // appended to files a cleaner is still writing
	SwapSuffix    = ".swap"    // appended to files a cleaner has finished, about to replace segments
)

// derived lists the suffixes of files that a segment has beside its .log.
var derived = [...]string{IndexSuffix, TimeSuffix, TxnSuffix}

const offsetDigits = 20

// FileName returns the name of the file of a base offset, "00000000000000000042.log".
func FileName(base int64, suffix string) string {
	return fmt.Sprintf("%0*d%s", offsetDigits, base, suffix)
}

// Path is FileName in dir.
func Path(dir string, base int64, suffix string) string {
	return filepath.Join(dir, FileName(base, suffix))
}

// ParseName splits a file name into base offset and suffix; ok=false when it is not of a segment.
func ParseName(name string) (base int64, suffix string, ok bool) {
	if len(name) <= offsetDigits || name[offsetDigits] != '.' {
		return 0, "", false
	}
	digits := name[:offsetDigits]
	if strings.Trim(digits, "0123456789") != "" {
		return 0, "", false
	}
	base, err := strconv.ParseInt(digits, 10, 64)
	return base, name[offsetDigits:], err == nil
}
