"""The cases that the machines of both languages must agree on, and what makes them."""
