"""The model's account of itself: written from declarations and docstrings, so that it says what the code does."""
