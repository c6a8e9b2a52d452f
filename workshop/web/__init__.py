"""Thin pages and the small API, a file per audience: join, lead, screen, reflections, account, api, ops."""
