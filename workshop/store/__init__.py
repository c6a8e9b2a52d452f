"""Between a room's tables and the room as a value."""
