"""Items to and from other programs."""
