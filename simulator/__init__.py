"""Market simulator."""
