// Package fill puts random values into message structs, for tests of their encodings.
package fill

import (
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
)

// Bounds of what Value makes, so that a message of many nested arrays stays small.
const (
	maxElements = 3
	maxDepth    = 5
)

// Value fills what v, a pointer to a struct, points to: numbers with small, large and negative values, pointers and slices
// sometimes nil, slices sometimes empty. Fields whose names are in skip have the defaults of their struct's Default method or keep
// what they hold, at any depth.
func Value(r *rand.Rand, v any, skip ...string) {
	f := filler{r: r, skip: map[string]bool{}}
	for _, s := range skip {
		f.skip[s] = true
	}
	f.fill(reflect.ValueOf(v).Elem(), 0)
}

type filler struct {
	r    *rand.Rand
	skip map[string]bool
}

func (f *filler) fill(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(f.r.IntN(2) == 0)
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(narrow(f.int(), v.Type().Bits()))
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		v.SetUint(uint64(f.int()) & (1<<v.Type().Bits() - 1))
	case reflect.Float64:
		v.SetFloat(math.Float64frombits(f.r.Uint64() & 0xbfffffffffffffff)) // never NaN, which equals nothing
	case reflect.String:
		v.SetString(string(f.bytes(12)))
	case reflect.Array:
		if f.r.IntN(4) > 0 {
			for i := range v.Len() {
				f.fill(v.Index(i), depth)
			}
		}
	case reflect.Pointer:
		if f.r.IntN(3) == 0 {
			v.SetZero()
			return
		}
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), depth)
	case reflect.Slice:
		f.slice(v, depth)
	case reflect.Struct:
		setDefaults(v)
		for i := range v.NumField() {
			if t := v.Type().Field(i); t.IsExported() && !f.skip[t.Name] {
				f.fill(v.Field(i), depth)
			}
		}
	}
}

// setDefaults lets a struct that knows its defaults set them, for the fields that are skipped.
func setDefaults(v reflect.Value) {
	if d, ok := v.Addr().Interface().(interface{ Default() }); ok {
		d.Default()
	}
}

// Reset gives a field of v, a pointer to a struct, its default. The path names it through structs, pointers and every element of
// slices: "Topics.Partitions.Leader".
func Reset(v any, path string) { reset(reflect.ValueOf(v).Elem(), strings.Split(path, ".")) }

func reset(v reflect.Value, path []string) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			reset(v.Index(i), path)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			reset(v.Elem(), path)
		}
	case reflect.Struct:
		field := v.FieldByName(path[0])
		if !field.IsValid() {
			panic("fill: " + v.Type().String() + " has no field " + path[0])
		}
		if len(path) > 1 {
			reset(field, path[1:])
			return
		}
		fresh := reflect.New(v.Type()).Elem()
		setDefaults(fresh)
		field.Set(fresh.FieldByName(path[0]))
	}
}

func (f *filler) slice(v reflect.Value, depth int) {
	n := f.r.IntN(maxElements + 2)
	if n == maxElements+1 || depth > maxDepth {
		v.SetZero()
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), n, n))
	for i := range n {
		f.fill(v.Index(i), depth+1)
	}
}

// int has something for every width and for the values that encodings treat apart.
func (f *filler) int() int64 {
	switch f.r.IntN(4) {
	case 0:
		return int64(f.r.IntN(4)) - 2
	case 1:
		return int64(f.r.IntN(300))
	}
	return int64(f.r.Uint64())
}

func (f *filler) bytes(limit int) []byte {
	if f.r.IntN(20) == 0 {
		limit = 300 // a compact length of two bytes
	}
	b := make([]byte, f.r.IntN(limit+1))
	for i := range b {
		b[i] = 'a' + byte(f.r.IntN(26))
	}
	return b
}

func narrow(n int64, bits int) int64 { return n << (64 - bits) >> (64 - bits) }

// Normal copies a struct pointed to with every empty slice made nil, for comparing what was written with what was read where a
// format does not tell the two apart.
func Normal(v any) any {
	src := reflect.ValueOf(v).Elem()
	dst := reflect.New(src.Type())
	dst.Elem().Set(normal(src))
	return dst.Interface()
}

func normal(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.Slice:
		out.SetZero()
		for i := range v.Len() {
			out.Set(reflect.Append(out, normal(v.Index(i))))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(normal(v.Elem()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out.Field(i).Set(normal(v.Field(i)))
			}
		}
	}
	return out
}
