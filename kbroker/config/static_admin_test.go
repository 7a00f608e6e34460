package config

import (
	"slices"
	"strings"
	"testing"
)

// loadAdmin loads a combined node with more properties, and returns what is said of the admin listener alone.
func loadAdmin(t *testing.T, more string, environ ...string) (*Static, []Warning) {
	t.Helper()
	s, warnings := load(t, combined+more, environ...)
	return s, slices.DeleteFunc(warnings, func(w Warning) bool { return !strings.HasPrefix(w.Name, "admin.") })
}

func TestTheAdminListenerIsOffUnlessItIsNamed(t *testing.T) {
	s, warnings := loadAdmin(t, "")
	if s.Admin != (Admin{}) || len(warnings) != 0 {
		t.Fatalf("%+v %v", s.Admin, warnings)
	}
}

func TestTheAdminListenersAddress(t *testing.T) {
	for _, c := range []struct {
		text, address string
		warned        bool
	}{
		{":9644", "127.0.0.1:9644", false},
		{" localhost:0 ", "localhost:0", false},
		{"[::1]:9644", "[::1]:9644", false},
		{"0.0.0.0:9644", "0.0.0.0:9644", true},
		{"broker.example:80", "broker.example:80", true},
		{"", "", false},
	} {
		s, warnings := loadAdmin(t, "admin.listener="+c.text+"\nadmin.pprof.enable=false\n")
		if s.Admin.Address != c.address || len(warnings) > 0 != c.warned {
			t.Errorf("%q: %q, %v", c.text, s.Admin.Address, warnings)
		}
	}
}

func TestTheAdminListenerComesFromEveryLayer(t *testing.T) {
	s, _ := loadAdmin(t, "admin.listener=:1\n", "KAFKA_ADMIN_LISTENER=:2", "KAFKA_ADMIN_PPROF_ENABLE=TRUE")
	if s.Admin != (Admin{"127.0.0.1:2", true}) {
		t.Errorf("the environment goes over the file: %+v", s.Admin)
	}
	s, warnings, err := Load(Sources{Environ: []string{"KAFKA_ADMIN_LISTENER=:2"}, Set: []string{"admin.listener=:3"}})
	if err != nil || s.Admin.Address != "127.0.0.1:3" || len(warnings) != 0 {
		t.Errorf("--set goes over both: %+v %v %v", s, warnings, err)
	}
}

func TestABadAdminListenerIsRefusedByItsName(t *testing.T) {
	for _, c := range []struct{ set, says string }{
		{"admin.listener=9644", "host:port"},
		{"admin.listener=http://localhost:9644", "host:port"},
		{"admin.listener=a:1,b:2", "one address"},
		{"admin.listener=localhost:http", "no port"},
		{"admin.listener=localhost:65536", "no port"},
		{"admin.listener=localhost:", "no port"},
		{"admin.pprof.enable=yes", "true or false"},
	} {
		key, _, _ := strings.Cut(c.set, "=")
		_, _, err := Load(Sources{Set: []string{c.set}})
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v", c.set, err)
		}
	}
}

func TestProfilesWithoutAListenerAreRemarkedOn(t *testing.T) {
	s, warnings := loadAdmin(t, "admin.pprof.enable=true\n")
	if !s.Admin.Profiles || len(warnings) != 1 || !strings.Contains(warnings[0].String(), "admin.listener") {
		t.Fatalf("%+v %v", s.Admin, warnings)
	}
}
