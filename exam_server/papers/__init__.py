"""The papers of a session as accessible PDFs: values and words in, bytes out. It reaches for nothing else."""
