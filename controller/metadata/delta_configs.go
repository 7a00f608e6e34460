package metadata

import "maps"

// editConfigs returns the delta's own copy of a resource's configs, to be changed.
func (d *Delta) editConfigs(r Resource) map[string]string {
	if m, ok := d.configs[r]; ok {
		return m
	}
	m := maps.Clone(d.base.Configs(r))
	if m == nil {
		m = make(map[string]string)
	}
	if d.configs == nil {
		d.configs = make(map[Resource]map[string]string)
	}
	d.configs[r] = m
	return m
}

func (d *Delta) setConfig(r Resource, name string, value *string) {
	m := d.editConfigs(r)
	if value == nil {
		delete(m, name)
		return
	}
	m[name] = *value
}

// removeConfigs forgets all configs of a resource. One that never had any is not called changed.
func (d *Delta) removeConfigs(r Resource) {
	if _, edited := d.configs[r]; !edited && d.base.Configs(r) == nil {
		return
	}
	clear(d.editConfigs(r))
}
