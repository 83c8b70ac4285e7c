"""The house tests: what every room keeps to. Each message says what, why, and what to write instead."""
