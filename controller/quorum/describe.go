package quorum

import (
	"fmt"
	"strings"

	"github.com/kbroker/kbroker/controller/metadata"
)

func formatID(id [16]byte) string { return metadata.FormatUUID(id) }

// describe lists voters for an error.
func describe(vs []Voter) string {
	rows := make([]string, len(vs))
	for i, v := range vs {
		rows[i] = fmt.Sprintf("%d@%s", v.ID, formatID(v.DirectoryID))
	}
	return "[" + strings.Join(rows, " ") + "]"
}
