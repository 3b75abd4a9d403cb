"""A film in another language: captions, titles and voice over the picture as it is.

No cut moves and no picture changes: shots without type keep their packets, and a text or voice
that does not fit into its time is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from services.gateway.brand_files import store_brand
from services.gateway.captions import choose_looks
from services.gateway.captions_look import drawn, look_behind
from services.gateway.ingest import ingest
from services.gateway.made_film import MadeFilm, Watcher
from services.gateway.revise import revise_film
from services.gateway.versions.cue_type import Spoken, captions_of, of_cues, of_script
from services.gateway.versions.subtitles import Cue
from services.gateway.versions.title_words import TitleWords, retitled
from services.gateway.versions.unlocked import over_locked_picture
from services.gateway.versions.voices import (
    Recording,
    line_files,
    slots_of,
    voice_lines,
    voice_over,
    with_lines,
)
from shared.captions import CaptionDelivery
from shared.errors import InvalidInput
from shared.runner import LocalRunner
from shared.schema import to_json
from shared.settings import Settings
from shared.sync_map import SAMPLE_RATE_HZ
from shared.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Translation:
    """What a film says in another language; what is None or empty stays as it is.

    `cues` are captions with times, `script` is a line for each of the film's cues or spoken lines.
    `voice` is a recording, or a folder of one for each line. `captions` None leaves captions where
    they are, and in files if the film has none.
    """

    language: str
    cues: tuple[Cue, ...] = ()
    script: tuple[str, ...] = ()
    titles: tuple[TitleWords, ...] = ()
    voice: Path | None = None
    captions: CaptionDelivery | None = None


async def localize_film(
    settings: Settings, source: Path, translation: Translation, out: Path, watcher: Watcher
) -> MadeFilm:
    """Make the film in `source` in another language into the folder `out`.

    Raises `InvalidInput` for texts and voices that do not fit, with the figures.
    """

    async def change(runner: LocalRunner, film: Timeline) -> Timeline:
        return await localized(runner, film, translation)

    return await revise_film(settings, source, change, out, verify_all=False, watcher=watcher)


async def localized(runner: LocalRunner, film: Timeline, translation: Translation) -> Timeline:
    """The film's timeline in another language; nothing but stills behind type is rendered."""
    spoken = _spoken(film, translation)
    version = replace(
        film,
        language=translation.language,
        titles=retitled(film, translation.titles),
        parent=runner.blobs.put(to_json(film)),
    )
    version = await _voiced(runner, version, translation, spoken)
    if spoken:
        version = await _captioned(runner, version, translation, spoken)
    return over_locked_picture(film, version)


def kept_in_language(film: Timeline, translation: Translation) -> tuple[str, ...]:
    """What stays in the film's own language, in sentences."""
    notes = []
    said = {words.title for words in translation.titles}
    left = [
        title.id
        for place, title in enumerate(film.titles, start=1)
        if title.id not in said and f"#{place}" not in said
    ]
    if left:
        notes.append(f"titles without a translation: {', '.join(left)}")
    if (film.voice or film.tracks.lines) and translation.voice is None:
        notes.append("the voice is still the film's own")
    if film.captions and not (translation.cues or translation.script):
        notes.append("the captions are still the film's own")
    return tuple(notes)


def _spoken(film: Timeline, translation: Translation) -> tuple[Spoken, ...]:
    if translation.cues and translation.script:
        raise InvalidInput("expected either captions or a script, found both")
    if translation.cues:
        return of_cues(translation.cues, film)
    return of_script(translation.script, film) if translation.script else ()


async def _captioned(
    runner: LocalRunner, film: Timeline, translation: Translation, spoken: Sequence[Spoken]
) -> Timeline:
    delivery = translation.captions or film.caption_delivery
    if delivery is CaptionDelivery.OFF:
        delivery = CaptionDelivery.FILES
    version = replace(film, caption_delivery=delivery)
    version = replace(version, captions=captions_of(spoken, version))
    if not delivery.is_burned:
        return version
    if version.brand is None:
        version = replace(version, brand=await store_brand(runner.blobs, None))
    if not drawn(version):
        return version
    placed = choose_looks(runner.blobs, version, await look_behind(runner, version))
    return replace(version, captions=placed.captions)  # titles stand where they stood


async def _voiced(
    runner: LocalRunner, film: Timeline, translation: Translation, spoken: Sequence[Spoken]
) -> Timeline:
    voice = translation.voice
    if voice is None:
        return film
    if voice.is_dir():
        slots = slots_of(film, spoken)
        files = line_files(voice)
        recordings = [await _recorded(runner, path) for path in files]
        lines = voice_lines(recordings, slots)
        return replace(film, voice=None, tracks=with_lines(film, lines))
    recording = await _recorded(runner, voice)
    said = voice_over(film, recording, spoken)
    return replace(film, voice=said, tracks=with_lines(film, ()))


async def _recorded(runner: LocalRunner, path: Path) -> Recording:
    taken = await ingest(runner, path)
    seconds = taken.info.audio_duration_seconds
    if taken.info.audio_codec is None or not seconds:
        raise InvalidInput(f"{path}: has no sound; expected a voice")
    return Recording(str(path), taken.blob, round(seconds * SAMPLE_RATE_HZ))
