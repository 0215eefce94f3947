"""The item types: one module a type, what they share, and the table of all of them (`table`)."""
