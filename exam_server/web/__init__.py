"""Pages and interfaces, by role. The only rooms that know HTTP."""
