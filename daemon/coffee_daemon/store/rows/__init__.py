"""Rows into nouns and back, within a transaction that somebody else opened."""
