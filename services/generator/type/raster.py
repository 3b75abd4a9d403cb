"""Lines of type as coverage: how much of each pixel is ink, shaped, kerned and antialiased."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from shared.fonts import Face, Metrics
from shared.set_lines import Box, SetLine

Coverage = NDArray[np.float32]

# Drawn so many times larger and averaged: positions to a quarter pixel, edges in 16 steps a row.
_OVER = 4
# Letters that join or change with their neighbours must be drawn as one; these may be spaced.
_LAST_SPACED_CHARACTER = "\u04ff"


@dataclass(frozen=True, slots=True)
class Frame:
    """A part of a picture in whole even pixels: from `left`, `top` up to `right`, `bottom`."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Its width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Its height in pixels."""
        return self.bottom - self.top


def frame_around(box: Box) -> Frame:
    """The smallest even frame that holds a box."""
    return Frame(
        floor(box.left / 2) * 2,
        floor(box.top / 2) * 2,
        ceil(box.right / 2) * 2,
        ceil(box.bottom / 2) * 2,
    )


def cover_line(line: SetLine, face: Face, frame: Frame) -> Coverage:
    """The line's ink in a frame of the picture: float32 [H, W], 0..1."""
    image = Image.new("L", (frame.width * _OVER, frame.height * _OVER))
    draw = ImageDraw.Draw(image)
    font = face.at(line.pixels * _OVER)
    y = (line.y - frame.top) * _OVER
    if line.tracking and max(line.text, default="") <= _LAST_SPACED_CHARACTER:
        metrics = face.metrics()
        for index, character in enumerate(line.text):
            offset = metrics.offset(line.text, index, line.tracking) * line.pixels
            at = (round((line.x + offset - frame.left) * _OVER), round(y))
            draw.text(at, character, 255, font=font, anchor="ls")
    else:
        at = (round((line.x - frame.left) * _OVER), round(y))
        draw.text(at, line.text, 255, font=font, anchor="ls")
    return _averaged(image, frame)


def cover_box(box: Box, radius: float, frame: Frame) -> Coverage:
    """A box with round corners as coverage of a frame: float32 [H, W], 0..1."""
    image = Image.new("L", (frame.width * _OVER, frame.height * _OVER))
    corners = (
        (box.left - frame.left) * _OVER,
        (box.top - frame.top) * _OVER,
        (box.right - frame.left) * _OVER - 1,
        (box.bottom - frame.top) * _OVER - 1,
    )
    ImageDraw.Draw(image).rounded_rectangle(corners, radius * _OVER, fill=255)
    return _averaged(image, frame)


def words_of(line: SetLine, metrics: Metrics) -> list[SetLine]:
    """The words of a line, each where it stands."""
    words, index = [], 0
    for text in line.text.split():
        index = line.text.index(text, index)
        x = line.x + metrics.offset(line.text, index, line.tracking) * line.pixels
        width = metrics.width(text, line.tracking) * line.pixels
        words.append(replace(line, text=text, x=x, width=width))
        index += len(text)
    return words


def blurred(coverage: Coverage, sigma: float) -> Coverage:
    """Coverage with soft edges."""
    soft = cv2.GaussianBlur(coverage, (0, 0), max(0.3, sigma), borderType=cv2.BORDER_CONSTANT)
    return np.asarray(soft, np.float32)


def thickened(coverage: Coverage, pixels: float) -> Coverage:
    """Coverage grown by so many pixels all around."""
    radius = max(1, round(pixels))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return np.asarray(cv2.dilate(coverage, disc), np.float32)


def _averaged(image: Image.Image, frame: Frame) -> Coverage:
    large = np.asarray(image, np.uint8)
    small = cv2.resize(large, (frame.width, frame.height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32) / np.float32(255)
