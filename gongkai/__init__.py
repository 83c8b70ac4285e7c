"""Gongkai (公开): a Chinese government office's year of open government."""

__version__ = "0.1.0"
