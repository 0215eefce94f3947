"""The command line: one module a group of commands, thin callers of what the server does."""
