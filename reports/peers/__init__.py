"""Ours beside its peers: the same seeded work through each of them, interleaved in one run."""
