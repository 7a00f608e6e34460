package cli

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
)

// selfSigned makes a certificate for a host and the file that trusts it.
func selfSigned(t *testing.T, host string) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host}, IsCA: true,
		BasicConstraintsValid: true, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

func TestTLSChecksChainAndName(t *testing.T) {
	cert, trust := selfSigned(t, "other.example")
	s := newShell(t, kfake.TLS(&tls.Config{Certificates: []tls.Certificate{cert}}))
	props := "-X security.protocol=SSL -X ssl.truststore.location=" + trust
	s.ok(props + " -X ssl.endpoint.identification.algorithm= topic list")
	s.fails(props+" topic list", exitFailed, "certificate")
	_, stranger := selfSigned(t, "other.example")
	s.fails("-X security.protocol=SSL -X ssl.endpoint.identification.algorithm= -X ssl.truststore.location="+stranger+" topic list", exitFailed, "certificate")
	s.fails("-X security.protocol=SSL -X ssl.truststore.type=JKS topic list", exitUsage, "PEM files only")
}
