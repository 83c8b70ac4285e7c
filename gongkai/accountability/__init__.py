"""Meetings, what was put before them, the yearly reports of posts and the ballots on them."""
