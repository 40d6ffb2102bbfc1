"""Claims of a text, each turned into tests on runs, and what becomes of it."""
