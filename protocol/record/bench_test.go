package record

import (
	"bytes"
	"fmt"
	"testing"
)

func BenchmarkValidate(b *testing.B) {
	for _, size := range []int{100, 1024} {
		bd := NewBuilder(NewBuilderOptions())
		for i := 0; bd.Len() < 1<<20; i++ {
			bd.Append(int64(i/100), nil, bytes.Repeat([]byte{1}, size))
		}
		batch := bd.Build()
		for _, d := range []Depth{DepthHeader, DepthWalk} {
			b.Run(fmt.Sprintf("%dB/depth%d", size, d), func(b *testing.B) {
				b.SetBytes(int64(len(batch)))
				b.ReportAllocs()
				for b.Loop() {
					if err := batch.Validate(ValidateOptions{Depth: d, FromClient: true}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(batch.NumRecords()), "ns/record")
			})
		}
	}
}

// BenchmarkUnpackAndWalk is what a compressed batch of a producer costs, in bytes of its uncompressed records.
func BenchmarkUnpackAndWalk(b *testing.B) {
	for _, size := range []int{1 << 10, 16 << 10, 1 << 20} {
		for _, c := range codecs {
			o := NewBuilderOptions()
			o.Codec = c
			bd := NewBuilder(o)
			for i := 0; bd.Len() < size; i++ {
				bd.Append(int64(i), fmt.Appendf(nil, "key-%d", i), fmt.Appendf(nil, "some value %d that repeats itself %d times", i*7919, i))
			}
			batch := bd.Build()
			b.Run(fmt.Sprintf("%dKiB/%v", size>>10, c), func(b *testing.B) {
				b.SetBytes(int64(bd.Len()))
				b.ReportAllocs()
				for b.Loop() {
					if err := batch.Validate(ValidateOptions{Depth: DepthWalk, FromClient: true}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(bd.Len())/float64(len(batch)), "ratio")
			})
		}
	}
}
