"""Parametric items: their expressions, draws and variants."""
