"""`python -m tailgate` is the command `tailgate`."""

from tailgate.cli import main

main()
