"""Tests of the imports of pupils and profiles."""
