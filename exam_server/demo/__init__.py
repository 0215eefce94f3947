"""A plainly invented school, for demonstrations and tests."""
