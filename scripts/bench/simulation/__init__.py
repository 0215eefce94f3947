"""A simulated world to measure test engines in: candidates, items, other engines' rules, metrics."""
