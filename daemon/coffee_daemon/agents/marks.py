"""Marks around what people and agents wrote; the code in them is made for one prompt alone."""

from __future__ import annotations


def block(what: str, words: str, code: str) -> str:
    """Put words between two marks: no text can end its own block or begin another one."""
    return f"=== {code} begin: {what}\n{words}\n=== {code} end"
