"""`python -m webapp` is `onesheet`."""

from webapp.cli import main

main(prog_name="onesheet")
