"""Keys, canonical JSON, signed statements and the hash chain of a session's log."""
