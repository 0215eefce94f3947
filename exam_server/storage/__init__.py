"""Where the facts are kept: tables, the store that alone commits, and the read models."""
