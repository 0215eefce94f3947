"""Journeys in a real browser, through the served pages alone."""
