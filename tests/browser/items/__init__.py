"""Journeys about one question each, on a page that needs no server."""
