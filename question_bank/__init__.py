"""What is asked and how it is marked: pure Python and content files."""
