"""Matters, the guides to them, and how both changed."""
