"""Tests of the files that an item carries: read from their description, and read again by other programs."""
