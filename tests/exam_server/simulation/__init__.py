"""Tests of the simulated people and of the demonstration they play in."""
