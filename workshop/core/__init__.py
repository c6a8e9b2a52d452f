"""The rules of the workshop, pure: values in, values out.

No Flask, no database, no clock and no dice of its own: the moment (`now`, milliseconds since the Unix epoch) and
the seed of a draw are arguments. What the rules do not allow raises `errors.Refused`, an ordinary answer.
"""
