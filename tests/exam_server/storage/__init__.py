"""The store, its schema and its read models."""
