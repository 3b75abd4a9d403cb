"""Take files in: into the store, probed by their content, turned into references."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from services.gateway.brand_files import store_brand
from services.gateway.briefs import BriefSpec, ReferenceSpec
from services.gateway.generate_store import store_generate
from services.gateway.look.files import store_cubes
from services.gateway.prompts import resolve_mentions
from services.gateway.scripts import speech_options
from services.gateway.sound_brief import store_narration, take_effects
from shared.brand import Brand
from shared.brief import (
    Brief,
    CutsOn,
    EffectWish,
    MediaKind,
    Narration,
    Reference,
    Role,
    SpeechOptions,
)
from shared.captions import CaptionDelivery
from shared.digest import Digest
from shared.errors import InvalidInput, NotFound, OnbeatError
from shared.generate_options import GenerateOptions
from shared.media.formats import may_be_named, usual_extensions
from shared.media.limits import MAX_SOUND_SECONDS
from shared.observation import PROBE, MediaInfo
from shared.requests import EncodeRequest
from shared.runner import Runner

PICTURES = (MediaKind.IMAGE, MediaKind.VIDEO)
MAX_FILE_BYTES = 64 << 30


@dataclass(frozen=True, slots=True)
class Ingested:
    """A file in the store: its digest, what it is, and the path it was given by."""

    path: Path
    blob: Digest
    info: MediaInfo


@dataclass(frozen=True, slots=True)
class IngestedBrief:
    """A brief whose files are in the store, with what each of them is."""

    brief: Brief
    infos: dict[Digest, MediaInfo]


@dataclass(frozen=True, slots=True)
class _Stored:
    """What a brief names by files, as it is in the store."""

    song: Reference | None
    references: tuple[Reference, ...]
    speech: SpeechOptions | None
    brand: Brand | None
    look: Digest | None
    generate: GenerateOptions | None
    voice: Reference | None
    say: Narration | None
    effects: tuple[EffectWish, ...]


async def ingest(runner: Runner, path: Path) -> Ingested:
    """Store a file and probe it.

    Raises `NotFound` when it is not there, `InvalidInput` when it is not usable media or its
    name says something else than its content; `Unavailable`, not naming the file, when the store
    does not take it.
    """
    _check_regular(path)
    try:
        blob = await asyncio.to_thread(runner.blobs.put_file, path)
    except OSError as error:  # the store's own are `Unavailable`
        raise InvalidInput(f"{path}: cannot be read: {error.strerror or error}") from error
    try:
        condition = await runner.run(EncodeRequest(PROBE, blob), path.name)
    except OnbeatError as error:
        raise error.about(str(path)) from error
    info = MediaInfo.load(runner.blobs, condition)
    _check_extension(path, info)
    return Ingested(path, blob, info)


async def ingest_brief(runner: Runner, spec: BriefSpec) -> IngestedBrief:
    """Store and probe every file of a brief, and give a handle to every reference.

    Raises what `ingest` raises, and `InvalidInput` for references that cannot be used.
    """
    for path in _paths(spec):
        _check_regular(path)  # All of them before the first is copied: a typo costs no time.
    blobs = runner.blobs
    cubes = await store_cubes(blobs, (spec.look, *(item.input_lut for item in spec.references)))
    narration = await store_narration(blobs, spec.say, spec.say_voice)
    brand = await store_brand(blobs, spec.brand) if _has_type(spec) else None
    speech = await speech_options(
        blobs, _hears_words(spec, narration), spec.script, spec.language, spec.speech_model
    )
    taken = await asyncio.gather(*(ingest(runner, item.path) for item in spec.references))
    _check_pictures(taken)
    song = await _ingest_sound(runner, spec.song)
    effects = await take_effects(spec.effects, partial(ingest, runner))
    voice = await _ingest_sound(runner, spec.voice)
    stored = _Stored(
        song=_sound_reference(song, "song", Role.RHYTHM),
        references=_with_handles(spec.references, taken, cubes),
        speech=speech,
        brand=brand,
        look=cubes[spec.look] if spec.look is not None else None,
        generate=await store_generate(blobs, spec.generate),
        voice=_sound_reference(voice, "voice", Role.VOICE),
        say=narration,
        effects=effects,
    )
    everything = [*taken, *(item for item in (song, voice) if item is not None)]
    brief = resolve_mentions(_brief(spec, stored))
    return IngestedBrief(brief, {item.blob: item.info for item in everything})


def _brief(spec: BriefSpec, stored: _Stored) -> Brief:
    return Brief(
        song=stored.song,
        references=stored.references,
        pacing=spec.pacing,
        size=spec.size,
        frame_rate=spec.frame_rate,
        duration_seconds=spec.duration_seconds,
        seed=spec.seed,
        cuts_on=spec.cuts_on,
        lead_frames=spec.lead_frames,
        speech=stored.speech,
        music_edit=spec.music_edit,
        prompt=spec.prompt,
        section_prompts=spec.section_prompts,
        captions=spec.captions,
        caption_style=spec.caption_style,
        titles=spec.titles,
        brand=stored.brand,
        look=stored.look,
        grade=spec.grade,
        accents=spec.accents,
        source=spec.source,
        transitions=spec.transitions,
        generate=stored.generate,
        loudness=spec.loudness,
        voice=stored.voice,
        clip_sound=spec.clip_sound,
        say=stored.say,
        effects=stored.effects,
        stems=spec.stems,
    )


def _has_type(spec: BriefSpec) -> bool:
    has_mark = spec.brand is not None and spec.brand.logo_corner is not None
    return spec.captions is not CaptionDelivery.OFF or bool(spec.titles) or has_mark


def _hears_words(spec: BriefSpec, narration: Narration | None) -> bool:
    # What is said is known; nothing has to be heard for its captions.
    for_captions = spec.captions is not CaptionDelivery.OFF and narration is None
    return spec.words or for_captions or spec.cuts_on in (CutsOn.WORDS, CutsOn.SENTENCES)


async def _ingest_sound(runner: Runner, path: Path | None) -> Ingested | None:
    if path is None:
        return None
    sound = await ingest(runner, path)
    _check_song(sound)
    return sound


def _paths(spec: BriefSpec) -> Iterable[Path]:
    if spec.song is not None:
        yield spec.song
    if spec.voice is not None:
        yield spec.voice
    for effect in spec.effects:
        yield effect.path
    for reference in spec.references:
        yield reference.path


def _check_regular(path: Path) -> None:
    try:
        if path.is_dir():
            raise InvalidInput(f"{path}: is a folder; expected a media file")
        if not path.exists():
            raise NotFound(f"{path}: no such file; expected a video, an image or a song")
        if not path.is_file():
            raise InvalidInput(f"{path}: is not a regular file; expected a media file")
        size = path.stat().st_size
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be read: {error.strerror}") from None
    if size == 0:
        raise InvalidInput(f"{path}: is empty (0 bytes); expected a media file")
    if size > MAX_FILE_BYTES:
        raise InvalidInput(f"{path}: is larger than {MAX_FILE_BYTES >> 30} GiB")


def _check_pictures(taken: Iterable[Ingested]) -> None:
    for item in taken:
        if item.info.kind not in PICTURES:
            raise InvalidInput(
                f"{item.path}: has no picture ({item.info.format} audio); expected a video or an "
                "image, and music by --song"
            )


def _check_song(song: Ingested) -> None:
    if song.info.audio_codec is None:
        raise InvalidInput(
            f"{song.path}: has no sound ({song.info.format} {song.info.kind.value}); expected "
            "music or speech, for example .wav, .mp3, .flac or .m4a"
        )
    seconds = song.info.audio_duration_seconds or 0
    if seconds > MAX_SOUND_SECONDS:
        raise InvalidInput(
            f"{song.path}: {seconds / 60:.1f} minutes long; expected a song of at most "
            f"{MAX_SOUND_SECONDS // 60} minutes"
        )


def _check_extension(path: Path, info: MediaInfo) -> None:
    # A name that contradicts the content is a mix-up more often than not; guessing which of the
    # two was meant would be a silent correction.
    extension = path.suffix.lower()
    if extension and not may_be_named(info.kind, info.format, extension):
        accepted = ", ".join(usual_extensions(info.kind, info.format)[:5])
        raise InvalidInput(
            f"{path}: named {extension}, but its content is {info.format} {info.kind.value}; "
            f"expected a name ending in {accepted} or the like"
        )


def _sound_reference(sound: Ingested | None, handle: str, role: Role) -> Reference | None:
    if sound is None:
        return None
    return Reference(handle, MediaKind.AUDIO, sound.blob, (role,), str(sound.path))


def _with_handles(
    specs: tuple[ReferenceSpec, ...], taken: list[Ingested], cubes: Mapping[Path, Digest]
) -> tuple[Reference, ...]:
    used = {spec.handle for spec in specs if spec.handle}
    counts = dict.fromkeys(MediaKind, 0)
    references = []
    for spec, item in zip(specs, taken, strict=True):
        kind = item.info.kind
        handle = spec.handle
        while not handle or (handle in used and spec.handle is None):
            counts[kind] += 1
            handle = f"{kind.value}{counts[kind]}"
        lut = cubes[spec.input_lut] if spec.input_lut is not None else None
        references.append(Reference(handle, kind, item.blob, spec.roles, str(spec.path), lut))
    handles = [reference.handle for reference in references]
    if repeated := next((name for name in handles if handles.count(name) > 1), None):
        raise InvalidInput(f"handle {repeated!r} is given to more than one reference")
    return tuple(references)
