package bench

import (
	"encoding/json"
	"os"
	"time"
)

// Figures are what one run measured, by the name of the measure.
type Figures map[string]float64

// Sample is one run of one scenario with one client on one system.
type Sample struct {
	Scenario string  `json:"scenario"`
	Client   string  `json:"client"`
	System   string  `json:"system"`
	Round    int     `json:"round"`
	Figures  Figures `json:"figures,omitempty"`
	Error    string  `json:"error,omitempty"`
}

// Results are everything that was measured, where and how.
type Results struct {
	Started     time.Time         `json:"started"`
	Took        time.Duration     `json:"took"`
	Machine     Machine           `json:"machine"`
	Systems     []string          `json:"systems"`
	Versions    map[string]string `json:"versions"` // of brokers and clients
	Rounds      int               `json:"rounds"`   // asked for
	Scale       float64           `json:"scale"`
	WarmTime    time.Duration     `json:"warmTime"`
	WarmBytes   int64             `json:"warmBytes"`
	ServerCores string            `json:"serverCores"`
	ClientCores string            `json:"clientCores"`
	Samples     []Sample          `json:"samples"`
	Skipped     []string          `json:"skipped,omitempty"`
}

// Counts are the runs that passed and failed and what was skipped.
func (r *Results) Counts() (passed, failed, skipped int) {
	for _, s := range r.Samples {
		switch {
		case s.Scenario == brokerScenario.Name:
		case s.Error == "":
			passed++
		default:
			failed++
		}
	}
	return passed, failed, len(r.Skipped)
}

// Save writes the results as JSON.
func (r *Results) Save(file string) error {
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(b, '\n'), 0o644)
}

// Load reads what Save wrote.
func Load(file string) (*Results, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	r := &Results{}
	return r, json.Unmarshal(b, r)
}
