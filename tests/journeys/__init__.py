"""Whole journeys through a running server."""
