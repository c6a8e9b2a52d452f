"""What goes to clients, after it is on disk: all of it by `connections`, all of it declared in `streams`."""
