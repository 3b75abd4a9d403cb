"""Which scene each shot of a film without footage shows. Pure functions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from services.gateway.music import Music
from services.gateway.palette_choice import ChosenPalette
from services.gateway.palettes import stem, words_in
from shared.generation import PROCEDURAL, Generated, params_of
from shared.procedural import SceneKind

# Things and moods that a scene stands for.
_WORDS = {
    SceneKind.FLOW: "color flow silk soft love dream warm breath float liquid gentle aura heat",
    SceneKind.MIST: "fog mist smoke dust space star snow cloud galaxy forest ghost magic deep "
    "winter sleep underwater memory nebula morning",
    SceneKind.BOKEH: "city light night party street club candle festival glow christmas dance "
    "lantern summer memory neon champagne",
    SceneKind.WAVES: "sea ocean wave mountain hill desert dune sun moon horizon sunset road coast "
    "river land dawn sunrise field tide island beach wind valley",
    SceneKind.RINGS: "tunnel pulse techno machine portal circle ripple heart beat electric energy "
    "speed psychedelic kaleidoscope bass signal drum orbit rave",
    SceneKind.RAIN: "rain storm wet street umbrella tear drop neon city night thunder",
}
# Where nothing in the prompt says so: rain is only for those who ask for it.
_LIKED = {
    SceneKind.FLOW: 0.8,
    SceneKind.MIST: 0.7,
    SceneKind.BOKEH: 0.5,
    SceneKind.WAVES: 0.5,
    SceneKind.RINGS: 0.3,
    SceneKind.RAIN: -2.0,
}
_PALETTE_TURNS = 3
# One shot in so many shows words, the first one always.
WORDS_EVERY = 5
# To take in words: a glance, and for each word.
_GLANCE_SECONDS, _SECONDS_PER_WORD = 0.45, 0.22
_NUM_SCENES, _MAX_LINES = 4, 5
_MAX_LINE_CHARACTERS, _MAX_UPRIGHT_CHARACTERS, _MAX_CHUNK_WORDS = 13, 8, 4
_SMALL = (
    "a an the of over in on at to and or for with by from into under my your our is are that who "
    "which when where as it i you we he she they be was not no like this these"
)
_SMALL_WORDS = frozenset(_SMALL.split(" "))


@dataclass(frozen=True, slots=True)
class ScenePlan:
    """What one shot shows: its scene, how far the palette is turned, and its lines of words."""

    scene: SceneKind
    turn: int = 0
    lines: tuple[str, ...] = ()


def cast_scenes(
    prompt: str,
    seed: int,
    seconds: Sequence[float],
    sections: Sequence[int],
    *,
    has_words: bool,
    is_upright: bool = False,
) -> tuple[ScenePlan, ...]:
    """A scene for each shot, from its length and the number of its section in the song.

    Neighbours differ; a section that comes again looks as before. With `has_words` the first shot
    and others show the prompt's words, in shorter lines in an upright film.
    """
    order = ranked_scenes(prompt, seed)
    most = _MAX_UPRIGHT_CHARACTERS if is_upright else _MAX_LINE_CHARACTERS
    chunks = chunks_of(prompt, most) if has_words else []
    plans: list[ScenePlan] = []
    shown = since_words = 0
    for index, (length, section) in enumerate(zip(seconds, sections, strict=True)):
        is_due = not plans or since_words >= WORDS_EVERY - 1
        is_last = index == len(seconds) - 1
        said = _next_words(chunks, shown)
        if length < reading_seconds(said):
            said = next((one for one in chunks if length >= reading_seconds(one)), ())
        if said and is_due and not (is_last and plans):
            plans.append(ScenePlan(SceneKind.WORDS, 0, said))
            shown, since_words = shown + 1, 0
            continue
        since_words += 1
        plans.append(_drawn(order, seed, index, section, plans))
    return tuple(plans)


def _next_words(chunks: Sequence[tuple[str, ...]], shown: int) -> tuple[str, ...]:
    """First the whole prompt, then its pieces in turn."""
    if not chunks:
        return ()
    return chunks[(shown - 1) % len(chunks)] if shown else _lockup(chunks)


def reading_seconds(lines: Sequence[str]) -> float:
    """How long some lines have to be seen."""
    return _GLANCE_SECONDS + _SECONDS_PER_WORD * len(" ".join(lines).split())


def ranked_scenes(prompt: str, seed: int) -> list[SceneKind]:
    """The scenes that fit a prompt best, at most `_NUM_SCENES`; the seed orders equals."""
    stems = [stem(word) for word in words_in(prompt)]
    luck = random.Random(f"{seed}/{prompt}")
    scored = []
    for scene, words in _WORDS.items():
        known = {stem(word) for word in words.split()}
        fits = sum(item in known for item in stems)
        scored.append((fits, _LIKED[scene] + luck.random(), scene))
    scored.sort(key=lambda item: (-item[0], -item[1]))
    return [scene for _, _, scene in scored[:_NUM_SCENES]]


def _drawn(
    order: Sequence[SceneKind], seed: int, index: int, section: int, plans: Sequence[ScenePlan]
) -> ScenePlan:
    # A section begins with a scene of its own and goes round; what fits best comes most often.
    weights = [0, 1, 0, 2, 1, 3]
    place = sum(plan.scene is not SceneKind.WORDS for plan in plans)
    scene = order[weights[(place + section) % len(weights)] % len(order)]
    if plans and plans[-1].scene is scene:
        scene = order[(order.index(scene) + 1) % len(order)]
    return ScenePlan(scene, (section + index + seed) % _PALETTE_TURNS)


def lines_of(text: str) -> tuple[str, ...]:
    """The whole prompt as a lockup of up to five lines in capitals; a long one is cut short."""
    return _lockup(chunks_of(text))


def _lockup(chunks: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(line for chunk in chunks for line in chunk)[:_MAX_LINES]


def chunks_of(prompt: str, most: int = _MAX_LINE_CHARACTERS) -> list[tuple[str, ...]]:
    """The prompt in pieces of sense, each as lines in capitals: small words go with the next."""
    pieces: list[list[str]] = [[]]
    for word in prompt.replace("\n", " ").split():
        bare = word.strip(".,;:!?\"'()[]")
        if not bare:
            continue
        piece = pieces[-1]
        large = [item for item in piece if item.lower() not in _SMALL_WORDS]
        content = len(large)
        length = sum(map(len, large)) + len(large) + len(bare)
        is_small = bare.lower() in _SMALL_WORDS
        if piece and (
            (is_small and content) or (content and length > most) or len(piece) >= _MAX_CHUNK_WORDS
        ):
            pieces.append(piece := [])
        piece.append(bare)
    return [(" ".join(piece).upper(),) for piece in pieces if piece]


def turned(palette: Sequence[str], turn: int) -> tuple[str, ...]:
    """The palette with its middle colours moved on: ground and accent stay what they are."""
    middle = list(palette[1:-1])
    if not middle:
        return tuple(palette)
    by = turn % len(middle)
    return (palette[0], *middle[by:], *middle[:by], palette[-1])


def drawn_source(scene: ScenePlan, prompt: str, palette: ChosenPalette) -> Generated:
    """What a drawn shot shows."""
    return Generated(
        PROCEDURAL,
        scene.scene.value,
        prompt,
        params=params_of(
            palette=" ".join(turned(palette.colors, scene.turn)),
            palette_from=palette.reason,
            lines="\n".join(scene.lines) or None,
        ),
    )


def section_numbers(spans: Sequence[tuple[int, int]], music: Music) -> list[int]:
    """For each span the number of its section's label, in the order of first appearance."""
    sections = music.sync_map.sections if music.sync_map else ()
    labels = list(dict.fromkeys(section.label for section in sections))
    numbers = []
    for start, end in spans:
        middle = (start + end) / 2
        found = next(
            (
                labels.index(section.label)
                for section in sections
                if music.frame(section.start_sample) <= middle < music.frame(section.end_sample)
            ),
            0,
        )
        numbers.append(found)
    return numbers
