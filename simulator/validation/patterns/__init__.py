"""The patterns, one file each, under `PATTERN`."""
