"""The rules by value: no server, no database, no waiting. `ms` in these tests are milliseconds on a made-up day."""

from hypothesis import settings

settings.register_profile("core", max_examples=30, deadline=None, database=None)
settings.load_profile("core")
