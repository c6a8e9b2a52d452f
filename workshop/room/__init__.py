"""The room as a value, and what can be read of it.

Pure: no SQL, no Flask, no clock of its own. Nothing in here is ever changed in place: a change of a room makes another
value.
"""
