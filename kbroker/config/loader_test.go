package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReferencesAreFilledIn(t *testing.T) {
	secrets := write(t, "secrets.properties", "keystore=s3cret\n")
	t.Setenv("KBROKER_TEST_RACK", "r1")
	text := combined + "offsets.topic.replication.factor=1\nconfig.providers=file,dir,env\n" +
		"config.providers.file.class=org.apache.kafka.common.config.provider.FileConfigProvider\n" +
		"ssl.keystore.password=${file:" + secrets + ":keystore}\nssl.key.password=x${dir:" + filepath.Dir(secrets) + ":secrets.properties}\n" +
		"broker.rack=${env:KBROKER_TEST_RACK}\nssl.truststore.password=${unclosed\n"
	s, w, err := LoadFile(write(t, "server.properties", text), nil, nil)
	if err != nil || len(w) != 0 {
		t.Fatal(err, w)
	}
	if s.Text("ssl.keystore.password") != "s3cret" || s.Text("ssl.key.password") != "xkeystore=s3cret" || s.Rack != "r1" || s.Text("ssl.truststore.password") != "${unclosed" {
		t.Errorf("%q %q %q %q", s.Text("ssl.keystore.password"), s.Text("ssl.key.password"), s.Rack, s.Text("ssl.truststore.password"))
	}
	for line, want := range map[string]string{
		"ssl.key.password=${file:" + secrets + ":absent}":                 `has no "absent"`,
		"ssl.key.password=${dir:" + filepath.Dir(secrets) + ":../passwd}": "is no file name",
		"ssl.key.password=${vault:a:b}":                                   `provider "vault"`,
	} {
		_, _, err := LoadFile(write(t, "server.properties", text+line+"\n"), nil, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", line, err)
		}
	}
}

func TestBadFilesAreNamed(t *testing.T) {
	if _, _, err := LoadFile("/nowhere/server.properties", nil, nil); err == nil || !strings.Contains(err.Error(), "/nowhere/server.properties") {
		t.Error(err)
	}
	if _, _, err := LoadFile(t.TempDir(), nil, nil); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Error(err)
	}
	path := write(t, "server.properties", "a=1\nb=\\u00\n")
	if _, _, err := LoadFile(path, nil, nil); err == nil || !strings.Contains(err.Error(), path+":2") {
		t.Error(err)
	}
}

func FuzzLoadNeverPanics(f *testing.F) {
	f.Add("listeners=PLAINTEXT://:9092", "KAFKA_LISTENERS=X://[::1]:1", "a=b", false)
	f.Add(combined, "KAFKA_ADVERTISED_LISTENERS=,", "controller.listener.names=", true)
	f.Add("controller.quorum.voters=@:", "KAFKA_BROKER_ID=-", "listener.security.protocol.map=:", true)
	f.Fuzz(func(t *testing.T, file, env, set string, dev bool) {
		props, err := ParseProperties("f", []byte(file))
		if err != nil {
			return
		}
		src := Sources{File: props, FileName: "f", Environ: []string{env}, Set: []string{set}}
		if dev {
			src.File, src.FileName = nil, ""
		}
		s, _, err := Load(src)
		if err != nil {
			return
		}
		snap, _ := NewSnapshot(s, s.Originals(), s.Originals())
		snap.DescribeBroker(Query{IncludeSynonyms: true, IncludeDoc: true})
		if len(s.LogDirs) == 0 || s.MetadataLogDir == "" || !s.IsBroker && !s.IsController {
			t.Errorf("a node without directories or roles: %+v", s)
		}
	})
}
