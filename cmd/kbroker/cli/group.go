package cli

import "github.com/spf13/cobra"

func (a *App) groupCommand() *cobra.Command {
	return parent("group", "List and describe consumer groups, move their positions, delete them",
		a.groupList(), a.groupDescribe(), a.groupMembers(), a.groupSeek(), a.groupDelete())
}
