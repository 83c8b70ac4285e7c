"""Records for tests, made as the office would have made them: one file for each room, traits named for states."""
