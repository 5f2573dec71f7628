"""The site at a size that nobody has yet: a synthetic history, and how long its pages take."""
