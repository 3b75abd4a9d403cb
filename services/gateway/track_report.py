"""The tracks of a soundtrack in the report: levels, room for speech, J and L cuts, stems."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.gateway.stems import write_stems
from shared.requests import MeasureTracksRequest, MixRequest, StemsRequest
from shared.runner import Runner
from shared.schema import from_json
from shared.shot import Footage, Shot
from shared.sound_tracks import ClipPart
from shared.soundtrack import ClipSound
from shared.stems import Stems, TrackMeasures
from shared.sync_map import SAMPLE_RATE_HZ
from shared.timeline import Timeline

# Speech that is less above the music than this takes effort to follow.
MIN_CLEAR_LU = 8.0


@dataclass(frozen=True, slots=True)
class FilmTracks:
    """The request that a soundtrack was mixed from, its measures, and its stems if written."""

    request: MixRequest
    measures: TrackMeasures
    stems: Stems | None = None


async def film_tracks(
    runner: Runner, folder: Path, request: MixRequest | None, *, stems: bool
) -> FilmTracks | None:
    """Measure the tracks of a film, and write them into `folder`/stems if wanted.

    None for a film that has no more than a song, and wants no stems.
    """
    if request is None or not (stems or request.tracks or request.voice):
        return None
    measures = from_json(
        TrackMeasures, runner.blobs.read(await runner.run(MeasureTracksRequest(request), "sound"))
    )
    if not stems:
        return FilmTracks(request, measures)
    written = from_json(Stems, runner.blobs.read(await runner.run(StemsRequest(request), "sound")))
    write_stems(folder, runner.blobs, written)
    return FilmTracks(request, measures, written)


def tracks_document(timeline: Timeline, found: FilmTracks | None) -> dict[str, Any]:
    """The report's `sound.tracks` and what goes with them; empty for a film without."""
    if found is None:
        return {}
    extra = found.request.tracks
    parts = extra.clips if extra else ()
    return {
        "tracks": [
            {
                "name": track.name,
                "loudness_lufs": track.loudness_lufs,
                "true_peak_dbtp": track.true_peak_dbtp,
                "turned_down_db": track.turned_down_db,
            }
            for track in found.measures.tracks
        ],
        "speech": [
            {
                "start_seconds": _seconds(span.start_sample),
                "end_seconds": _seconds(span.end_sample),
                "clear_lu": span.clear_lu,
            }
            for span in found.measures.speech
        ],
        "clips": _clips(timeline, parts),
        "lines": [
            {
                "start_seconds": _seconds(line.start_sample),
                "end_seconds": _seconds(line.start_sample + line.length_samples),
                "text": line.text,
                "guide_voice": line.is_guide,
            }
            for line in timeline.tracks.lines
        ],
        "effects": [
            {"start_seconds": _seconds(effect.start_sample), "gain_db": effect.gain_db}
            for effect in timeline.tracks.effects
        ],
        "stems": None
        if found.stems is None
        else {
            "files": [f"stems/{file.name}.wav" for file in found.stems.files],
            "lowered_db": found.stems.lowered_db,
        },
    }


def track_findings(timeline: Timeline, found: FilmTracks | None) -> list[str]:
    """Sentences about clips that cannot be heard, and speech that is hard to follow."""
    if found is None:
        return []
    document = tracks_document(timeline, found)
    findings = [
        f"the sound of shot {clip['shot']} is left out: it plays at {clip['slowest']:g} to "
        f"{clip['fastest']:g} times its speed, and sound is heard from 0.8 to 1.25"
        for clip in document["clips"]
        if not clip["is_heard"]
    ]
    hard = [
        span for span in document["speech"] if (span["clear_lu"] or MIN_CLEAR_LU) < MIN_CLEAR_LU
    ]
    if hard:
        worst = min(hard, key=lambda span: float(span["clear_lu"]))
        findings.append(
            f"speech at {worst['start_seconds']:.1f} s is only {worst['clear_lu']:.1f} LU louder "
            f"than what plays under it; {MIN_CLEAR_LU:g} are wanted"
        )
    if any(line.is_guide for line in timeline.tracks.lines):
        findings.append("the script is said by a synthetic guide voice; record it for delivery")
    return findings


def _clips(timeline: Timeline, parts: tuple[ClipPart, ...]) -> list[dict[str, Any]]:
    by_start = {part.start_frame: part for part in parts}
    documents = []
    for shot, start in zip(timeline.shots, timeline.start_frames(), strict=True):
        part = by_start.get(start)
        if part is None or shot.sound.level is ClipSound.OFF:
            continue
        slowest, fastest = part.speeds(timeline.frame_rate)
        documents.append(
            {
                "shot": shot.id,
                "reference": _handle(shot),
                "level": str(shot.sound.level),
                "lead_frames": shot.sound.lead_frames,
                "tail_frames": shot.sound.tail_frames,
                "cut": split_name(shot.sound.lead_frames, shot.sound.tail_frames),
                "slowest": round(slowest, 3),
                "fastest": round(fastest, 3),
                "is_heard": part.is_heard(timeline.frame_rate),
            }
        )
    return documents


def split_name(lead_frames: int, tail_frames: int) -> str | None:
    """What editors call it: "J" where sound leads its picture, "L" where it stays, or both."""
    names = [name for name, frames in (("J", lead_frames), ("L", tail_frames)) if frames > 0]
    return " and ".join(names) or None


def _handle(shot: Shot) -> str | None:
    return shot.source.handle if isinstance(shot.source, Footage) else None


def _seconds(samples: int) -> float:
    return round(samples / SAMPLE_RATE_HZ, 3)
