"""What each kind of type is made of: layers, and when each of them comes, moves and goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.generator.type.layer import wash_of
from services.generator.type.painting import Painter
from services.generator.type.raster import words_of
from services.generator.type.sprite import Sprite, Wipe
from shared.brand import parse_color
from shared.captions import Backing, CueWord
from shared.lettering import Lettering, LetteringKind
from shared.set_lines import Box, Part, SetLine
from shared.type_styles import LOWER_THIRD_BAR

if TYPE_CHECKING:
    from PIL.Image import Image

    from services.generator.type.layer import Layer, Wash

# A headline rises by so much of its em; words of kinetic type by less.
_RISE, _WORD_RISE = 0.24, 0.16
# Details follow their headline, and what stands on a card follows the card.
_FOLLOW_FRAMES = 4
_ACCENT_LEAVES_FRAMES = 5
_WIPE_SOFTNESS = 0.14


def sprites_of(lettering: Lettering, painter: Painter, logo: Image | None = None) -> list[Sprite]:
    """The sprites of a piece of type, in the order in which they are laid."""
    match lettering.kind:
        case LetteringKind.KARAOKE:
            return _karaoke(lettering, painter)
        case LetteringKind.KINETIC:
            return _kinetic(lettering, painter)
        case LetteringKind.LOWER_THIRD:
            return [_lower_third(lettering, painter)]
        case LetteringKind.END_CARD:
            return _end_card(lettering, painter, logo)
        case LetteringKind.TITLE:
            return _title(lettering, painter)
        case _:
            layer = painter.type_layer(list(painter.setting.lines))
            return [_whole(lettering, layer)]


def _whole(lettering: Lettering, layer: Layer | Wash, rise: float = 0.0) -> Sprite:
    return Sprite(
        layer,
        lettering.start_frame,
        lettering.end_frame,
        lettering.enter_frames,
        lettering.leave_frames,
        rise,
    )


def _karaoke(lettering: Lettering, painter: Painter) -> list[Sprite]:
    """All words at once, each filled with the accent while it is sung."""
    setting = painter.setting
    sprites = [_whole(lettering, painter.type_layer(list(setting.lines)))]
    for word, line in _spoken(lettering, painter):
        layer = painter.type_layer([line], is_backed=False, color=painter.accent)
        softness = _WIPE_SOFTNESS * line.pixels
        end = max(word.end_frame, word.start_frame + 1)
        wipe = Wipe(word.start_frame, end, line.x, line.x + line.width, softness)
        sprites.append(
            Sprite(
                layer,
                max(word.start_frame, lettering.start_frame),
                lettering.end_frame,
                0,
                lettering.leave_frames,
                wipe=wipe,
            )
        )
    return [sprite for sprite in sprites if sprite.start_frame < sprite.end_frame]


def _kinetic(lettering: Lettering, painter: Painter) -> list[Sprite]:
    """Word by word, each at rest when it is said; the word that is said has the accent."""
    enter, leave = lettering.enter_frames, lettering.leave_frames
    sprites = _scrim(lettering, painter)
    for word, line in _spoken(lettering, painter):
        start = max(lettering.start_frame, word.start_frame - enter)
        rise = _WORD_RISE * line.pixels
        plain = painter.type_layer([line])
        bright = painter.type_layer([line], is_backed=False, color=painter.accent)
        until = min(lettering.end_frame, word.end_frame + _ACCENT_LEAVES_FRAMES)
        sprites.append(Sprite(plain, start, lettering.end_frame, enter, leave, rise))
        sprites.append(Sprite(bright, start, until, enter, _ACCENT_LEAVES_FRAMES, rise))
    return [sprite for sprite in sprites if sprite.start_frame < sprite.end_frame]


def _title(lettering: Lettering, painter: Painter) -> list[Sprite]:
    lines = [line for line in painter.setting.lines if line.part is Part.LINE]
    details = [line for line in painter.setting.lines if line.part is not Part.LINE]
    sprites = _scrim(lettering, painter)
    rise = _RISE * painter.setting.em
    if lines:
        sprites.append(_whole(lettering, painter.type_layer(lines), rise))
    if details:
        sprites.append(_late(lettering, painter.type_layer(details), _FOLLOW_FRAMES, rise / 2))
    return sprites


def _scrim(lettering: Lettering, painter: Painter) -> list[Sprite]:
    """The darkened picture behind type; where type follows type it stays."""
    if lettering.backing is not Backing.SCRIM:
        return []
    return [
        Sprite(
            painter.scrim_layer(),
            lettering.start_frame,
            lettering.end_frame,
            0 if lettering.joins_before else lettering.enter_frames,
            0 if lettering.joins_after else lettering.leave_frames,
        )
    ]


def _lower_third(lettering: Lettering, painter: Painter) -> Sprite:
    """Plate, bar and names as one, uncovered from the left."""
    box = painter.setting.box
    width = LOWER_THIRD_BAR * min(painter.size.width, painter.size.height)
    bar = Box(box.left, box.top, box.left + max(2.0, round(width)), box.bottom)
    layer = painter.plated_layer(list(painter.setting.lines), bar)
    start, end = lettering.start_frame, lettering.start_frame + lettering.enter_frames
    wipe = Wipe(start, end, box.left, box.right, painter.setting.em, is_eased=True)
    return Sprite(
        layer,
        start,
        lettering.end_frame,
        0,
        lettering.leave_frames,
        wipe=wipe if end > start else None,
    )


def _end_card(lettering: Lettering, painter: Painter, logo: Image | None) -> list[Sprite]:
    setting = painter.setting
    card = wash_of(parse_color(lettering.brand.card))
    sprites = [_whole(lettering, card)]
    rise = _RISE * setting.em
    if logo is not None and setting.logo is not None:
        mark = painter.logo_layer(logo, setting.logo)
        sprites.append(_late(lettering, mark, _FOLLOW_FRAMES, 0.0))
    for part, delay in ((Part.LINE, _FOLLOW_FRAMES), (Part.DETAIL, 2 * _FOLLOW_FRAMES)):
        lines = [line for line in setting.lines if line.part is part]
        if lines:
            color = painter.accent if part is Part.DETAIL else painter.ink
            layer = painter.type_layer(lines, is_backed=False, color=color)
            sprites.append(_late(lettering, layer, delay, rise / 2))
    if legal := [line for line in setting.lines if line.part is Part.LEGAL]:
        # Small print comes with the card: its time to be read begins there.
        sprites.append(_late(lettering, painter.type_layer(legal, is_backed=False), 0, 0.0))
    return sprites


def _late(lettering: Lettering, layer: Layer, frames: int, rise: float) -> Sprite:
    start = min(lettering.start_frame + frames, lettering.end_frame - 1)
    enter, leave = lettering.enter_frames, lettering.leave_frames
    return Sprite(layer, start, lettering.end_frame, enter, leave, rise)


def _spoken(lettering: Lettering, painter: Painter) -> list[tuple[CueWord, SetLine]]:
    """Each word with its place; without words' times all are due when the type is at rest."""
    places = [
        word
        for line in painter.setting.lines
        if line.part is Part.LINE
        for word in words_of(line, painter.face_of(line).metrics())
    ]
    due = lettering.start_frame + lettering.enter_frames
    words = lettering.words or tuple(CueWord(line.text, due, due + 1) for line in places)
    return list(zip(words, places, strict=True))
