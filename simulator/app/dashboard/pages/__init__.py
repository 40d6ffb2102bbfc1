"""The pages: what is shown, and what answers to clicks."""
