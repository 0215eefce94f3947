"""Calibration: recovered parameters, flags, the file of responses, the new version."""
