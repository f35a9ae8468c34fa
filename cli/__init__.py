"""The `onesheet` command, a module for each group of subcommands."""
