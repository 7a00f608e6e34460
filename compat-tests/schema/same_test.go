package schema

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestBothModulesReadTheSameSchemas holds this module's copy of Kafka's schemas against the product's: each module
// embeds its own, and a change of one alone would let the two sides agree on different protocols.
func TestBothModulesReadTheSameSchemas(t *testing.T) {
	product, err := os.ReadFile(filepath.Join("..", "..", "protocol", "schema", "messages.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(product, messagesJSON) {
		t.Error("compat-tests/schema/messages.json and protocol/schema/messages.json differ")
	}
}
