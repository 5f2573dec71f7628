"""How this repository uses its own gate."""
