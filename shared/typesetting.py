"""Where type stands: lines, sizes and boxes in pixels of the delivery. Pure arithmetic.

Whoever draws type and whoever checks what is behind it set it by the same rules here. Sizes are
shares of the picture's short side, so that a draft is the final in small.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from shared.brief import Size
from shared.captions import Place
from shared.fonts import Face, Metrics
from shared.lettering import Lettering, LetteringKind
from shared.set_lines import Box, Part, SetLine, Setting, around, centred, extent, moved
from shared.type_styles import (
    CARD,
    DETAIL_TRACKING,
    LEGAL_CAP_HEIGHT,
    LOGO,
    LOWER_THIRD_BAR,
    Style,
    style_of,
)

# Of the room: how wide a column at one side may be.
_SIDE = 0.44
# Between what stands on an end card and its small print, in the gaps between its parts.
_CARD_GAPS = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """The two fonts of a brand."""

    display: Face
    text: Face


def set_type(
    lettering: Lettering, size: Size, faces: Faces, logo_size: tuple[int, int] | None = None
) -> Setting:
    """Set a piece of type for a picture; `logo_size` is the logo's width and height in pixels."""
    setter = _Setter(lettering, size, faces.display.metrics(), faces.text.metrics())
    match lettering.kind:
        case LetteringKind.KINETIC:
            return setter.lockup()
        case LetteringKind.LOWER_THIRD:
            return setter.lower_third()
        case LetteringKind.END_CARD:
            return setter.end_card(logo_size)
        case _:
            return setter.block()


@dataclass(frozen=True, slots=True, eq=False)
class _Setter:
    lettering: Lettering
    size: Size
    display: Metrics
    text: Metrics

    @property
    def short(self) -> int:
        return min(self.size.width, self.size.height)

    @property
    def middle(self) -> float:
        return self.size.width / 2

    @property
    def room(self) -> Box:
        """What may hold type, with equal margins left and right."""
        safe, width, height = self.lettering.safe, self.size.width, self.size.height
        side = max(safe.left, safe.right) * width
        return Box(side, safe.top * height, width - side, height - safe.bottom * height)

    def block(self) -> Setting:
        """Centred lines at one size, for captions, titles and small print."""
        style = style_of(self.lettering.kind, self.size)
        room, pad = self.room, style.pad * style.size * self.short
        width = room.right - room.left - 2 * pad
        lines = self._stack(style, width * _SIDE if self._is_aside else width)
        if self._is_aside:
            lines = self._aside(lines, pad)
        top, bottom = extent(lines)
        height = bottom - top
        match self.lettering.place:
            case Place.TOP:
                shift = room.top + pad - top
            case Place.BOTTOM:
                shift = room.bottom - pad - bottom
            case _:
                shift = (room.top + room.bottom - height) / 2 - top
        lines = [moved(line, 0, shift) for line in lines]
        box = around(lines).grown(pad * 1.5, pad)
        return Setting(tuple(lines), box, lines[0].pixels)

    def lockup(self) -> Setting:
        """Lines of one width under each other, each as large as that makes it."""
        style = style_of(LetteringKind.KINETIC, self.size)
        room = self.room
        column = min(room.right - room.left, style.column * self.size.width)
        if self._is_aside:
            column *= _SIDE / style.column
        largest, smallest = style.size * self.short, style.least * self.short
        widths = [max(self.display.width(t, style.tracking), 0.1) for t in self.lettering.lines]
        sizes = [min(largest, max(smallest, column / width)) for width in widths]
        gap = style.leading * min(sizes) * self.display.cap_height
        height = sum(sizes) * self.display.cap_height + gap * (len(sizes) - 1)
        widest = max(size * width for size, width in zip(sizes, widths, strict=True))
        shrunk = min(1.0, column / widest, style.most * (room.bottom - room.top) / height)
        sizes, gap = [size * shrunk for size in sizes], gap * shrunk
        left = self._left(widest * shrunk)
        below = sizes[-1] * self.display.descent
        top = self._top(height * shrunk, below, style.pad * largest)
        lines, y = [], top
        for text, pixels in zip(self.lettering.lines, sizes, strict=True):
            y += pixels * self.display.cap_height
            lines.append(self._line(text, Part.LINE, True, pixels, style.tracking, left, y))
            y += gap
        return Setting(tuple(lines), around(lines).grown(gap, gap), lines[0].pixels)

    def lower_third(self) -> Setting:
        """A name with what it is below, at the left, beside a bar."""
        style = style_of(LetteringKind.LOWER_THIRD, self.size)
        safe, pad = self.lettering.safe, style.pad * style.size * self.short
        left = safe.left * self.size.width + pad + LOWER_THIRD_BAR * 3 * self.short
        room = self.size.width * (1 - max(safe.left, safe.right)) - left - pad
        lines = self._stack(style, room, left=left)
        bottom = self.size.height * (1 - safe.bottom) - pad
        lines = [moved(line, 0, bottom - extent(lines)[1]) for line in lines]
        inner = around(lines)
        box = Box(safe.left * self.size.width, inner.top, inner.right, inner.bottom)
        return Setting(
            tuple(lines), replace(box, right=inner.right + pad).grown(0, pad), lines[0].pixels
        )

    def end_card(self, logo_size: tuple[int, int] | None) -> Setting:
        """Logo, headline and detail around the middle, small print at the bottom."""
        style = style_of(LetteringKind.END_CARD, self.size)
        room = self.room
        lines = self._stack(style, room.right - room.left)
        legal = [line for line in lines if line.part is Part.LEGAL]
        lines = [line for line in lines if line.part is not Part.LEGAL]
        logo = _fitted(logo_size, LOGO[0] * self.size.width, LOGO[1] * self.size.height)
        clear = self.lettering.brand.logo_clear_space * logo[1]
        top, bottom = extent(lines) if lines else (0.0, 0.0)
        above = logo[1] + clear if logo[1] and lines else logo[1]
        start = CARD * self.size.height - (above + bottom - top) / 2
        if legal:
            # Small print stands high where a platform's buttons are below it: the rest gives way.
            legal = [moved(line, 0, room.bottom - extent(legal)[1]) for line in legal]
            lowest = extent(legal)[0] - _CARD_GAPS * style.gap * self.short
            start = max(min(start, lowest - (above + bottom - top)), room.top)
        lines = [*(moved(line, 0, start + above - top) for line in lines), *legal]
        left = self.middle - logo[0] / 2
        mark = Box(left, start, left + logo[0], start + logo[1]) if logo[1] else None
        whole = Box(0, 0, self.size.width, self.size.height)
        return Setting(tuple(lines), whole, style.size * self.short, mark)

    @property
    def _is_aside(self) -> bool:
        return self.lettering.place in (Place.LEFT, Place.RIGHT)

    def _left(self, width: float) -> float:
        match self.lettering.place:
            case Place.LEFT:
                return self.room.left
            case Place.RIGHT:
                return self.room.right - width
            case _:
                return self.middle - width / 2

    def _aside(self, lines: list[SetLine], pad: float) -> list[SetLine]:
        """Lines flush left in a column at one side of the room."""
        widest = max(line.width for line in lines)
        left = self._left(widest + 2 * pad) + pad
        return [replace(line, x=left) for line in lines]

    def _top(self, height: float, below: float, pad: float) -> float:
        room = self.room
        match self.lettering.place:
            case Place.TOP:
                return room.top + pad
            case Place.BOTTOM:
                return room.bottom - max(pad, below) - height
            case _:
                return (room.top + room.bottom - height) / 2

    def _stack(self, style: Style, room: float, left: float | None = None) -> list[SetLine]:
        """All lines below each other from y = 0; centred, or from `left`."""
        parts = [
            *((text, Part.LINE) for text in self.lettering.lines),
            *((text, Part.DETAIL) for text in self.lettering.details),
            *((text, Part.LEGAL) for text in self.lettering.legal),
        ]
        shrunk = {part: self._shrunk(style, part, room) for part in Part}
        lines: list[SetLine] = []
        y, before = 0.0, None
        for text, part in parts:
            is_display, pixels, tracking = self._look(style, part)
            pixels *= shrunk[part]
            if before is None:
                y = pixels * self._metrics(is_display).cap_height
            elif before is part:
                y += pixels * style.leading_of(part is Part.LINE)
            else:
                y += pixels * self._metrics(is_display).cap_height + style.gap * self.short
            line = self._line(text, part, is_display, pixels, tracking, left or 0.0, y)
            lines.append(line if left is not None else centred(line, self.middle))
            before = part
        return lines

    def _shrunk(self, style: Style, part: Part, room: float) -> float:
        """By how much lines of a part must be smaller to fit, 1 for not at all."""
        texts = {
            Part.LINE: self.lettering.lines,
            Part.DETAIL: self.lettering.details,
            Part.LEGAL: self.lettering.legal,
        }[part]
        is_display, pixels, tracking = self._look(style, part)
        metrics = self._metrics(is_display)
        widest = max((metrics.width(text, tracking) * pixels for text in texts), default=0.0)
        return min(1.0, room / widest) if widest else 1.0

    def _look(self, style: Style, part: Part) -> tuple[bool, float, float]:
        is_small_print = part is Part.LEGAL or self.lettering.kind is LetteringKind.LEGAL
        if is_small_print:
            return False, LEGAL_CAP_HEIGHT * self.short / self.text.cap_height, 0.0
        if part is Part.DETAIL:
            return False, style.detail * self.short, DETAIL_TRACKING
        return style.is_display, style.size * self.short, style.tracking

    def _metrics(self, is_display: bool) -> Metrics:
        return self.display if is_display else self.text

    def _line(
        self, text: str, part: Part, is_display: bool, pixels: float, tracking: float,
        x: float, y: float,
    ) -> SetLine:  # fmt: skip
        metrics = self._metrics(is_display)
        width = metrics.width(text, tracking) * pixels
        heights = metrics.cap_height * pixels, metrics.descent * pixels
        return SetLine(text, part, is_display, pixels, tracking, x, y, width, *heights)


def _fitted(size: tuple[int, int] | None, width: float, height: float) -> tuple[float, float]:
    if size is None:
        return 0.0, 0.0
    scale = min(width / size[0], height / size[1])
    return size[0] * scale, size[1] * scale
