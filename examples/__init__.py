"""Runnable examples and the material they use: a composed song and freely licensed media."""
