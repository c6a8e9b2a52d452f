"""Samen leren: practising hard conversations in groups of three.

How to read this package, from the rules outward:

- ``core``: the workshop's rules as plain values: programme, clock, run, groups, roles, who may read a note.
- ``content``: what is on the cards, as data, in Dutch and English.
- ``room``: a room with everything in it, as a value, and what a change makes of it.
- ``models``, ``database``, ``store``: the tables, one transaction at a time, and rooms as they are loaded and stored.
- ``rooms``: what can be done to a room. Every door leads here.
- ``live``, ``journal``: the rooms that this process holds, and one commit for all that waits.
- ``holding``, ``handing``: which of several processes holds a room, and how it goes from one to another.
- ``access``, ``commands``: who is asking, and what a message may say.
- ``sockets``, ``web``, ``ticker``, ``cli``: the doors in.
- ``wire``, ``streams``: what clients are told, each thing declared once.
- ``changing``, ``telling``: one change to one room, and what clients hear of it (by ``connections`` alone).

This module imports nothing: ``__main__`` has to patch the sockets before anything else is read.
"""
