"""`python -m cli` is `onesheet`."""

from cli.main import main

main(prog_name="onesheet")
