package guard

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/kbroker/kbroker/protocol/schema"
	"github.com/kbroker/kbroker/protocol/schema/dynamic"
)

// The programs say of every body what a plain reading of the definitions says.
func TestProgramsAgreeWithTheDefinitions(t *testing.T) {
	set, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(9, 10))
	unlimited := Limits{MaxElements: 1 << 30, MaxDecodedBytes: 1 << 40}
	refused := 0
	eachRequest(func(key, version int16) {
		def := set.Request(key)
		for range 100 {
			body, err := dynamic.Encode(nil, def, version, dynamic.Random(r, def, version))
			if err != nil {
				t.Fatal(err)
			}
			if r.IntN(5) > 0 {
				body = mutate(r, body)
			}
			got := Check(key, version, body, unlimited)
			if e := (*Error)(nil); errors.As(got, &e) {
				refused++
				if e.Reason == badPresence {
					continue // the definitions' reader takes it for null, as Kafka does
				}
			}
			if _, _, want := dynamic.Decode(body, def, version); (got == nil) != (want == nil) {
				t.Fatalf("%s version %d: guard says %v, the definitions %v\n%x", def.Name, version, got, want, body)
			}
		}
	})
	if refused == 0 {
		t.Error("nothing was refused: the test proves nothing")
	}
}
