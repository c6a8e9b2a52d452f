"""What can be done to a room, one file for each kind of thing.

A use case gets a `Change` (one transaction on one room), changes records, notes in `change.news` what others should
hear, and returns what the asker gets. It raises `Refused` before it changes anything. It never sends.
"""
