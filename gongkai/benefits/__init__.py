"""Benefit policies for enterprises, and their updates on the platform (惠企政策)."""
