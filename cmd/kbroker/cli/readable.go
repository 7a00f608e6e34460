package cli

import (
	"encoding/base64"
	"reflect"
	"unicode/utf8"
)

// readable turns a decoded record into what JSON shows well: ids as Kafka writes them, bytes as text where they are
// text and as base64 where not.
func readable(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return readable(v.Elem())
	case reflect.Struct:
		out := map[string]any{}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				out[f.Name] = readable(v.Field(i))
			}
		}
		return out
	case reflect.Array:
		if id, ok := v.Interface().([16]byte); ok {
			return uuidText(id)
		}
		if v.Type().Elem().Kind() == reflect.Uint8 && v.Len() == 16 {
			var id [16]byte
			reflect.Copy(reflect.ValueOf(&id).Elem(), v)
			return uuidText(id)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return readableBytes(v.Bytes())
		}
		out := make([]any, v.Len())
		for i := range out {
			out[i] = readable(v.Index(i))
		}
		return out
	}
	return v.Interface()
}

func readableBytes(b []byte) any {
	if b == nil {
		return nil
	}
	if utf8.Valid(b) {
		return string(b)
	}
	return "base64:" + base64.StdEncoding.EncodeToString(b)
}
