"""Films without footage: the timeline of a cut plan whose every shot is drawn."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from services.gateway.brand_files import store_brand
from services.gateway.clip_music import with_music
from services.gateway.director import Heard
from services.gateway.generate_slots import is_cut, makes_all, options_of, with_made
from services.gateway.music import Music
from services.gateway.palette_choice import ChosenPalette, choose_palette, names_a_palette
from services.gateway.palettes import PALETTES
from services.gateway.scene_cast import cast_scenes, drawn_source, section_numbers
from shared.brand import luminance, parse_color
from shared.brief import Brief, MediaKind, Reference, SourceChoice
from shared.digest import Digest
from shared.errors import InvalidInput, Unavailable
from shared.requests import EncodeRequest
from shared.runner import Runner
from shared.shot import Shot, new_shot_id
from shared.timeline import SongWindow, Timeline

if TYPE_CHECKING:
    from shared.observation import ImageStyle
    from shared.recognition import TextEmbedding

# How long a film is that neither a song nor the brief gives a length to.
DRAWN_SECONDS = Fraction(15)
_DEFAULT_ACCENT = "#ffc940"  # of a `Brand` that nobody gave colours to
_READABLE_ACCENT = 0.30


def is_drawn(brief: Brief) -> bool:
    """Whether a film is drawn: it asks for that, or it has a prompt and no footage.

    Raises `InvalidInput` where there is neither.
    """
    has_footage = any(is_cut(brief, reference) for reference in brief.references)
    if brief.source is SourceChoice.PROCEDURAL or makes_all(brief):
        return True
    if has_footage:
        return False
    if brief.source is SourceChoice.GENERATE or (
        brief.source is SourceChoice.AUTO and (brief.prompt or options_of(brief))
    ):
        return True
    raise InvalidInput(
        "the brief has no clip or photo to show; add one with --ref, or say with --prompt what a "
        "film without footage is about"
    )


async def ready_to_draw(runner: Runner, brief: Brief) -> Brief:
    """The brief of a drawn film with a length, and with fonts for its words."""
    seconds = brief.duration_seconds
    if seconds is None and brief.song is None:
        seconds = DRAWN_SECONDS
    brand = brief.brand
    if brand is None and brief.prompt:
        brand = await store_brand(runner.blobs, None)
    return replace(brief, duration_seconds=seconds, brand=brand)


async def film_palette(
    runner: Runner, brief: Brief, styles: Mapping[Digest, ImageStyle]
) -> ChosenPalette:
    """The palette that a drawn film has throughout (docs/procedural.md says by which rule)."""
    pictures = [
        _colors_of(styles[reference.blob])
        for reference in brief.references
        if reference.blob in styles
    ]
    prompt = brief.prompt or ""
    similarity = None
    if prompt and not pictures and not names_a_palette(prompt):
        similarity = await _similarities(runner, prompt)
    return choose_palette(prompt, brief.seed, pictures, similarity)


def draw_film(
    brief: Brief, heard: Heard, sound: SongWindow | None, palette: ChosenPalette, take: int = 0
) -> Timeline:
    """The timeline: a scene for every span of the cut plan, moving with the music under it.

    `take` counts the films before this one of the same brief, from which it is to differ.
    """
    plan = heard.cut_plan
    music = Music(heard.sync_map, plan.window_start_sample, plan.frame_rate)
    spans = list(pairwise([0, *(cut.frame for cut in plan.cuts), plan.frame_count]))
    seconds = [float((end - start) / plan.frame_rate) for start, end in spans]
    has_words = bool(brief.prompt) and not brief.captions.is_burned
    scenes = cast_scenes(
        brief.prompt or "",
        brief.seed + take,
        seconds,
        section_numbers(spans, music),
        has_words=has_words,
        is_upright=brief.size.height > brief.size.width,
    )
    shots = [
        with_music(
            Shot(
                new_shot_id(brief.seed + take, number),
                end - start,
                drawn_source(scene, brief.prompt or "", palette),
            ),
            start,
            music,
        )
        for number, (scene, (start, end)) in enumerate(zip(scenes, spans, strict=True), start=1)
    ]
    timeline = Timeline(
        size=brief.size,
        frame_rate=plan.frame_rate,
        shots=tuple(shots),
        sound=sound,
        sync_map=heard.sync_map_digest,
        cut_plan=heard.cut_plan_digest,
        seed=brief.seed,
        next_shot_number=len(shots) + 1,
        pacing=brief.pacing,
        song=brief.song,
        references=brief.references,
    )
    return with_made(timeline, brief, music)


def in_palette(brief: Brief, palette: ChosenPalette) -> Brief:
    """The brief with type that stands out in the film's accent, unless its brand says otherwise."""
    brand = brief.brand
    if brand is None or brand.accent != _DEFAULT_ACCENT:
        return brief
    light = [
        color for color in palette.colors[::-1] if luminance(parse_color(color)) >= _READABLE_ACCENT
    ]
    return replace(brief, brand=replace(brand, accent=light[0])) if light else brief


def pictures_for_palette(brief: Brief) -> list[Reference]:
    """The references whose colours a drawn film takes: photos, whatever their role."""
    return [item for item in brief.references if item.kind is MediaKind.IMAGE]


def _colors_of(style: ImageStyle) -> list[tuple[str, float]]:
    levels = (style.palette_rgb * 255).round().astype(int)
    names = [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in levels.tolist()]
    return list(zip(names, (float(weight) for weight in style.palette_weights), strict=True))


async def _similarities(runner: Runner, prompt: str) -> dict[str, float] | None:
    """How near each palette's words are to the prompt in meaning; None without the weights."""
    from shared.recognition import TEXT_EMBEDDING, TextEmbedding

    async def embedded(text: str) -> TextEmbedding:
        request = EncodeRequest(TEXT_EMBEDDING, runner.blobs.put(text.encode()))
        return TextEmbedding.load(runner.blobs, await runner.run(request, "prompt"))

    try:
        wanted, *found = await asyncio.gather(
            embedded(prompt), *(embedded(palette.words) for palette in PALETTES)
        )
    except Unavailable:
        return None
    return {
        palette.name: float(wanted.embedding @ item.embedding)
        for palette, item in zip(PALETTES, found, strict=True)
    }
