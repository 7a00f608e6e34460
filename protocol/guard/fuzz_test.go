package guard

import (
	"math/rand/v2"
	"testing"
)

func FuzzCheck(f *testing.F) {
	r := rand.New(rand.NewPCG(7, 8))
	eachRequest(func(key, version int16) { f.Add(key, version, random(r, key, version).AppendTo(nil)) })
	f.Add(int16(18), int16(3), []byte{1, 1, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, key, version int16, body []byte) {
		if Check(key, version, body, AfterLogin(len(body))) == nil {
			decodes(t, key, version, body)
		}
	})
}
