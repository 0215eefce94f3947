"""Reading what schools already have: pupils and profiles, bytes in, values and problems out."""
