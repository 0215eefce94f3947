"""The LSU file of another editor: read, checked, and merged with the digital skills of CM2 and 6e."""
