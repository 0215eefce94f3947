"""Figures for people to look at: SVG drawn by matplotlib, with words for who cannot see them."""
