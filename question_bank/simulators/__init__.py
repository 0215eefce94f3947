"""The little programs that a candidate works in: each one a scene, a machine of acts and a goal."""
