"""Kills, concurrent clerks, load: run by `make soak`, each on an installation of its own."""
