"""The type scale: sizes, spacing and proportions of every kind of type, as shares of a picture.

Changing a number here changes what segments with type look like: raise the versions of those who
draw it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from shared.brief import Size
from shared.lettering import LetteringKind

# Of the picture's short side: 22 of 1080 lines.
LEGAL_CAP_HEIGHT = 0.0204
DETAIL_TRACKING = 0.02
LOWER_THIRD_BAR = 0.0075
# A logo's largest width and height on an end card, and where the card's middle stands.
LOGO = (0.42, 0.20)
CARD = 0.45
# Read on a phone held upright, type has to be larger for the same short side.
_UPRIGHT = 1.14


@dataclass(frozen=True, slots=True)
class Style:
    """How a kind of type is set.

    `size` and `detail` are ems in shares of the short side; `leading` is the distance of baselines
    in em (of lockups: the gap in capitals' heights), `tracking` and `pad` are in em, `gap` between
    line and detail in shares of the short side. Lockups are at most `column` of the width and
    `most` of the room high, their smallest line `least`.
    """

    size: float
    is_display: bool = False
    leading: float = 1.26
    tracking: float = 0.0
    pad: float = 0.0
    gap: float = 0.0
    detail: float = 0.030
    column: float = 1.0
    least: float = 0.0
    most: float = 1.0

    def leading_of(self, is_line: bool) -> float:
        """The distance of baselines of headlines, or of the smaller lines below."""
        return self.leading if is_line else 1.34


_STYLES = {
    LetteringKind.CAPTION: Style(0.046, leading=1.27, pad=0.42),
    LetteringKind.KARAOKE: Style(0.060, True, leading=1.24, tracking=-0.008, pad=0.38),
    LetteringKind.KINETIC: Style(
        0.26, True, leading=0.30, tracking=-0.022, pad=0.1, column=0.56, least=0.075, most=0.72
    ),
    LetteringKind.TITLE: Style(
        0.128, True, leading=1.04, tracking=-0.024, gap=0.040, detail=0.038, pad=0.12
    ),
    LetteringKind.LOWER_THIRD: Style(
        0.052, True, leading=1.12, tracking=-0.012, gap=0.0175, detail=0.031, pad=0.46
    ),
    LetteringKind.LEGAL: Style(0.028, leading=1.34, pad=0.30),
    LetteringKind.END_CARD: Style(
        0.084, True, leading=1.08, tracking=-0.022, gap=0.042, detail=0.036
    ),
}


def style_of(kind: LetteringKind, size: Size) -> Style:
    """The style of a kind of type in a picture of this size."""
    style = _STYLES[kind]
    if size.height <= size.width:
        return style
    return replace(style, size=style.size * _UPRIGHT, detail=style.detail * _UPRIGHT, column=1.0)
