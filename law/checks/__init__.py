"""Findings: what is wrong or worth knowing, on whose authority, and the way out.

A block refuses the letter; an error or a warning never does, and is never silent. What the law leaves
unconfirmed only warns and says whom to ask."""
