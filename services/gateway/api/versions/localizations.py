"""Films in another language over HTTP: what is asked is read at once, a job makes the film."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from services.gateway.api.films.edits import source_folder
from services.gateway.api.films.revisions import MAIN, Revision
from services.gateway.api.jobs.service import Job
from services.gateway.api.jobs.stages import Stages
from services.gateway.api.jobs.work import Done, Work, made_revision, settings_for, workplace
from services.gateway.api.keys.service import Tenant
from services.gateway.api.references.service import StoredReference
from services.gateway.api.services import Services
from services.gateway.scripts import parse_language
from services.gateway.titles_brief import parse_captions
from services.gateway.versions.cue_type import of_cues, of_script
from services.gateway.versions.localize import Translation, kept_in_language, localize_film
from services.gateway.versions.subtitles import parse_subtitles
from services.gateway.versions.title_words import TitleWords, retitled
from services.gateway.versions.translation import parse_lines
from services.gateway.versions.voices import (
    SOUND_SUFFIXES,
    Recording,
    slots_of,
    voice_lines,
    voice_over,
)
from shared.blobs import BlobStore
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.schema import from_document
from shared.script import read_script
from shared.sync_map import SAMPLE_RATE_HZ
from shared.timeline import Timeline

LOCALIZATION = "localization"
# What is one word with this beginning is meant as a reference, not as a text.
_REFERENCE = re.compile(r"@[A-Za-z][A-Za-z0-9_-]{0,63}|ref_\S*")
_MARK = "\ufeff"


async def localization(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
    """Make another film's revision in another language; pictures without type are its packets."""
    asked = job.request
    source = services.films.revision(tenant, asked["source_film"], asked["source"])
    voices = [services.references.get(tenant, name) for name in asked["voice"]]
    with (
        workplace() as folder,
        source_folder(services.blobs, source.files) as film,
        _as_voice(services, folder, voices, is_by_line=asked["is_by_line"]) as voice,
    ):
        translation = dataclasses.replace(translation_of(asked), voice=voice)
        settings = settings_for(services, tenant)
        made = await localize_film(settings, film, translation, Path("film"), stages)
        done = made_revision(services, job, made, parent=source.id, branch=MAIN)
    notes = kept_in_language(_timeline(services.blobs, source), translation)
    told = {"language": translation.language, "notes": list(notes)}
    return Done({**done.result, "localization": told}, done.write)


KINDS: dict[str, Work] = {LOCALIZATION: localization}


def read_request(
    services: Services, tenant: Tenant, source: Revision, asked: Mapping[str, Any]
) -> dict[str, Any]:
    """What the job is asked: texts of references as they are now, voices by their ids.

    Raises `Problem` for references that are not the tenant's, and `InvalidInput` for texts and
    voices that do not fit into the film.
    """
    texts = {name: _text(services, tenant, name, asked[name]) for name in ("captions", "script")}
    named = asked["voice"]
    names = [named] if isinstance(named, str) else named or []
    voices = [services.references.get(tenant, name) for name in names]
    request = {
        **asked,
        **texts,
        "language": parse_language(asked["language"]),
        "voice": [voice.id for voice in voices],
        "is_by_line": isinstance(named, list),
    }
    translation = translation_of(request)
    if not (translation.cues or translation.script or translation.titles or voices):
        raise InvalidInput(
            "expected something in the other language: captions, script, titles or voice"
        )
    _check(_timeline(services.blobs, source), translation, voices, isinstance(named, list))
    return request


def translation_of(asked: Mapping[str, Any]) -> Translation:
    """What a film says in another language, without its voice; raises `InvalidInput`."""
    captions, script, shown = asked["captions"], asked["script"], asked["show"]
    if captions is not None and script is not None:
        raise InvalidInput("expected either captions or script, found both")
    try:
        is_vtt = captions is not None and captions.startswith("WEBVTT")
        cues = parse_subtitles(captions, is_vtt=is_vtt) if captions is not None else ()
    except InvalidInput as error:
        raise InvalidInput(f"captions {error.message}") from None
    try:
        lines = parse_lines(script) if script is not None else ()
    except InvalidInput as error:
        raise InvalidInput(f"script: {error.message}") from None
    return Translation(
        parse_language(asked["language"]),
        cues,
        lines,
        tuple(TitleWords(**words) for words in asked["titles"]),
        None,
        parse_captions(shown) if shown else None,
    )


def _text(services: Services, tenant: Tenant, what: str, given: str | None) -> str | None:
    """The text itself, or that of a reference."""
    if given is None or not _REFERENCE.fullmatch(given):
        data = given.encode() if given is not None else None
    else:
        reference = services.references.get(tenant, given)
        if reference.kind != "text":
            raise InvalidInput(
                f"{what}: {reference.filename} is of the kind {reference.kind}; expected text"
            )
        data = services.blobs.read(reference.blob)
    if data is None:
        return None
    try:
        return read_script(data).removeprefix(_MARK)
    except InvalidInput as error:
        raise InvalidInput(f"{what}: {error.message}") from None


def _check(
    film: Timeline, translation: Translation, voices: Sequence[StoredReference], is_by_line: bool
) -> None:
    """Raises `InvalidInput` for what can be seen not to fit before anything is made."""
    retitled(film, translation.titles)
    spoken = of_cues(translation.cues, film) or (
        of_script(translation.script, film) if translation.script else ()
    )
    recordings = [_recording(voice) for voice in voices]
    if is_by_line:
        voice_lines(recordings, slots_of(film, spoken))
    elif recordings:
        voice_over(film, recordings[0], spoken)


def _recording(voice: StoredReference) -> Recording:
    seconds = voice.info.get("audio_duration_seconds")
    if voice.kind != "audio" or not seconds:
        raise InvalidInput(f"voice: {voice.filename} is of the kind {voice.kind}; expected audio")
    return Recording(voice.filename, voice.blob, round(float(seconds) * SAMPLE_RATE_HZ))


@contextmanager
def _as_voice(
    services: Services, folder: Path, voices: Sequence[StoredReference], *, is_by_line: bool
) -> Iterator[Path | None]:
    """References as one recording, or as a folder with one for each line, for a block.

    Paths are relative to the folder: they stand in reports.
    """
    with ExitStack() as stack:
        if not voices:
            yield None
        elif not is_by_line:
            stack.enter_context(services.references.as_files(folder, voices[:1]))
            yield Path(voices[0].id, voices[0].filename)
        else:
            (folder / "voice").mkdir()
            for number, voice in enumerate(voices, start=1):
                local = stack.enter_context(services.blobs.local_path(voice.blob))
                suffix = Path(voice.filename).suffix.lower()
                name = f"{number:03}{suffix if suffix in SOUND_SUFFIXES else SOUND_SUFFIXES[0]}"
                (folder / "voice" / name).symlink_to(local.absolute())
            yield Path("voice")


def _timeline(blobs: BlobStore, source: Revision) -> Timeline:
    document = json.loads(blobs.read(Digest.parse(source.files["timeline.json"])))
    return from_document(Timeline, document)
