package configdef

import (
	"fmt"
	"sort"
)

// Def is a set of keys with lookup by name. It is immutable and safe for any number of readers.
type Def struct {
	keys   []Key // in the order given
	byName map[string]int
}

// NewDef builds a set from groups of keys. Names must be distinct; of two keys with one name the first stays.
func NewDef(groups ...[]Key) *Def {
	d := &Def{byName: map[string]int{}}
	for _, g := range groups {
		for _, k := range g {
			if _, dup := d.byName[k.Name]; dup {
				continue
			}
			d.byName[k.Name] = len(d.keys)
			d.keys = append(d.keys, k)
		}
	}
	return d
}

// Len is the number of keys.
func (d *Def) Len() int { return len(d.keys) }

// Lookup finds a key; nil when the name is not defined. The caller must not change the key.
func (d *Def) Lookup(name string) *Key {
	i, ok := d.byName[name]
	if !ok {
		return nil
	}
	return &d.keys[i]
}

// Keys returns the keys in the order in which they were given. The caller must not change them.
func (d *Def) Keys() []Key { return d.keys }

// Names returns all names, sorted.
func (d *Def) Names() []string {
	names := make([]string, 0, len(d.keys))
	for i := range d.keys {
		names = append(names, d.keys[i].Name)
	}
	sort.Strings(names)
	return names
}

// Parse parses and checks one value. A name that is not in the set is an error.
func (d *Def) Parse(name, text string) (Value, error) {
	k := d.Lookup(name)
	if k == nil {
		return Value{}, fmt.Errorf("unknown configuration %q", name)
	}
	return k.Parse(text)
}
