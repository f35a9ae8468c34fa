"""The subcommands of `onesheet`, a module for each kind of work."""
