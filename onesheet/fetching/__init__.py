"""Everything that leaves the machine, through one guarded client."""
