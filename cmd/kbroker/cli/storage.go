package cli

import (
	"errors"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/kbroker/kbroker/kbroker/config"
	"github.com/kbroker/kbroker/logstore/vfs"
)

// FormatQuorum writes what a controller's metadata log begins with. The root of the broker sets it; without it the node
// does so itself when it first starts.
var FormatQuorum func(fsys vfs.FS, c *config.Static, dir string, directoryID [16]byte) error

func (a *App) storageCommand() *cobra.Command {
	return parent("storage", "Prepare and inspect log directories on this machine", a.storageFormat(), a.storageInfo(), a.storageRandomUUID())
}

// loadForStorage reads the configuration file that a storage command names.
func (a *App) loadForStorage(path string) (*config.Static, error) {
	s, warnings, err := config.LoadFile(path, a.Env, nil)
	a.warn(warnings)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, usage(err)
	}
	return s, err
}
