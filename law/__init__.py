"""The law as pure functions: no Django, no clock, no I/O but the parameter files beside them.

`VERSION` is stored with every letter; it changes whenever a figure computed here could change.
"""

VERSION = "2026.3"
