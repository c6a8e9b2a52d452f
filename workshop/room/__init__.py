"""The room as a value, and what can be read of it.

Pure: no SQL, no Flask, no clock of its own. Nothing in here changes; what a change makes of a room is another value.
"""
