"""Tests of the rules of the exam room."""
