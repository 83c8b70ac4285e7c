"""Briefings, press conferences and interviews: what was planned, what took place, whom it reached."""
