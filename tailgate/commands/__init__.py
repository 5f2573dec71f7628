"""The commands beside ``gate``: what follows a verdict. A module each; ``cli.py`` puts them together."""
