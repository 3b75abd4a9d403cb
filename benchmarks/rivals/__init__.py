"""Other tools that make the same film; moviepy_film.py runs in an environment of its own."""
