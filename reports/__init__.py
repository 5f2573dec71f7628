"""What people look at for this repository."""
