"""Found by asv_runner, which imports every module here."""
