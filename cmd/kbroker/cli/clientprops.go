package cli

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"

	"github.com/kbroker/kbroker/kbroker/config"
)

// clientProperties merges --command-config and -X, the flags going over the file.
func (a *App) clientProperties() (map[string]string, error) {
	props := map[string]string{}
	if a.flags.commandConfig != "" {
		file, err := config.ReadProperties(a.flags.commandConfig)
		if err != nil {
			return nil, fmt.Errorf("--command-config: %w", err)
		}
		maps.Copy(props, file)
	}
	for _, x := range a.flags.properties {
		name, value, found := strings.Cut(x, "=")
		if !found {
			return nil, usagef("-X %q is not key=value", x)
		}
		props[strings.TrimSpace(name)] = value
	}
	return props, nil
}

// clientOptions turns Java client properties into options, and into what TLS needs, nil where it is not wanted. Understood are security.protocol, sasl.mechanism,
// sasl.jaas.config (or sasl.username and sasl.password), ssl.truststore.location, ssl.truststore.certificates,
// ssl.keystore.location, ssl.keystore.key and ssl.keystore.certificate.chain in PEM, and
// ssl.endpoint.identification.algorithm. Other properties are of no use to these commands and pass.
func (a *App) clientOptions(props map[string]string) ([]kgo.Opt, *tls.Config, error) {
	var opts []kgo.Opt
	protocol := strings.ToUpper(orDefault(props["security.protocol"], "PLAINTEXT"))
	if !slices.Contains([]string{"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"}, protocol) {
		return nil, nil, usagef("security.protocol %q is not PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL", protocol)
	}
	var conf *tls.Config
	if strings.HasSuffix(protocol, "SSL") {
		var err error
		if conf, err = tlsConfig(props); err != nil {
			return nil, nil, err
		}
	}
	if strings.HasPrefix(protocol, "SASL") {
		m, err := mechanism(props)
		if err != nil {
			return nil, nil, err
		}
		opts = append(opts, kgo.SASL(m))
	}
	return opts, conf, nil
}

func tlsConfig(props map[string]string) (*tls.Config, error) {
	conf := &tls.Config{MinVersion: tls.VersionTLS12}
	for _, kind := range []string{"truststore", "keystore"} {
		typ := strings.ToUpper(orDefault(props["ssl."+kind+".type"], "PEM"))
		if typ != "PEM" {
			return nil, usagef("ssl.%s.type=%s: these commands read PEM files only", kind, typ)
		}
	}
	roots, err := pemOf(props, "ssl.truststore.certificates", "ssl.truststore.location")
	if err != nil {
		return nil, err
	}
	if roots != nil {
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(roots) {
			return nil, usagef("the trust store holds no certificate in PEM form")
		}
	}
	chain, err := pemOf(props, "ssl.keystore.certificate.chain", "ssl.keystore.location")
	if err != nil || chain == nil {
		return verify(conf, props), err
	}
	key := chain
	if props["ssl.keystore.key"] != "" {
		key = []byte(props["ssl.keystore.key"])
	}
	pair, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return nil, usagef("key store: %w", err)
	}
	conf.Certificates = []tls.Certificate{pair}
	return verify(conf, props), nil
}

func pemOf(props map[string]string, inline, location string) ([]byte, error) {
	if props[inline] != "" {
		return []byte(props[inline]), nil
	}
	if props[location] == "" {
		return nil, nil
	}
	b, err := os.ReadFile(props[location])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", location, err)
	}
	return b, nil
}

// verify turns the check of the host name off when the algorithm is set and blank, and keeps the check of the chain.
func verify(conf *tls.Config, props map[string]string) *tls.Config {
	if alg, set := props["ssl.endpoint.identification.algorithm"]; !set || strings.TrimSpace(alg) != "" {
		return conf
	}
	conf.InsecureSkipVerify = true
	conf.VerifyConnection = func(cs tls.ConnectionState) error {
		inter := x509.NewCertPool()
		for _, c := range cs.PeerCertificates[1:] {
			inter.AddCert(c)
		}
		_, err := cs.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: conf.RootCAs, Intermediates: inter})
		return err
	}
	return conf
}

var jaasOption = regexp.MustCompile(`(\w+)\s*=\s*"((?:[^"\\]|\\.)*)"`)

// mechanism reads the login from sasl.jaas.config or from the two plain properties.
func mechanism(props map[string]string) (sasl.Mechanism, error) {
	user, pass := props["sasl.username"], props["sasl.password"]
	for _, m := range jaasOption.FindAllStringSubmatch(props["sasl.jaas.config"], -1) {
		value := strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(m[2])
		switch m[1] {
		case "username":
			user = value
		case "password":
			pass = value
		}
	}
	if user == "" {
		return nil, usagef("a SASL login needs sasl.jaas.config, or sasl.username and sasl.password")
	}
	switch name := strings.ToUpper(orDefault(props["sasl.mechanism"], "PLAIN")); name {
	case "PLAIN":
		return plain.Auth{User: user, Pass: pass}.AsMechanism(), nil
	case "SCRAM-SHA-256":
		return scram.Auth{User: user, Pass: pass}.AsSha256Mechanism(), nil
	case "SCRAM-SHA-512":
		return scram.Auth{User: user, Pass: pass}.AsSha512Mechanism(), nil
	default:
		return nil, usagef("sasl.mechanism %s is not PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512", name)
	}
}
