"""report.json and sync.json: what was seen and heard, beside what was planned. Pure functions.

Numbers called measured come from the film's inspection alone; what could not be observed is null.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.gateway.inspection import FilmInspection, SeenCut
from shared.actions import ActionRecord
from shared.brief import Reference
from shared.build import Build
from shared.errors import InvalidInput
from shared.sync_map import SAMPLE_RATE_HZ, CutPlan, PlannedCut, SpokenText, SyncMap
from shared.timeline import Timeline, Transition
from shared.timing import format_frame_rate

_DECIMALS = 6
_MS_DECIMALS = 3
_NEVER_SEEN = "the plan has no cut here"


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """All that a report is made from.

    `song_path` is the song as given, None without one. `warnings` are sentences to pass on;
    the report adds its own. `versions` says which program and libraries made the film.
    """

    timeline: Timeline
    cut_plan: CutPlan
    build: Build
    inspection: FilmInspection
    records: Sequence[ActionRecord]
    references: Sequence[Reference]
    song_path: str | None
    warnings: Sequence[str] = ()
    versions: tuple[tuple[str, str], ...] = ()


def report_document(facts: FilmFacts) -> dict[str, Any]:
    """The report.json of a film."""
    seen, delivery, sound = facts.inspection, facts.build.delivery, facts.timeline.sound
    cuts = _cuts(facts)
    summary = _summary(facts, cuts)
    return {
        "song": facts.song_path,
        "song_offset_seconds": None if sound is None else _seconds(sound.start_sample),
        "frame_rate": format_frame_rate(seen.frame_rate),
        "frame_count": seen.frame_count,
        "audio_lag_samples": None if seen.sound is None else seen.sound.lag_samples,
        "cuts": cuts,
        "shots": _shots(facts),
        "actions": [_action(record) for record in facts.records],
        "size": f"{seen.width}x{seen.height}",
        "quality": str(delivery.quality),
        "duration_seconds": round(float(seen.duration_seconds), _DECIMALS),
        "summary": summary,
        "references": [_reference(reference, facts.timeline) for reference in facts.references],
        "warnings": [*facts.warnings, *_findings(facts, summary)],
        "film": str(facts.build.film),
        "versions": dict(facts.versions),
    }


def sync_document(sync_map: SyncMap | None) -> dict[str, Any]:
    """The sync.json of a song, in seconds of its own time; None gives an empty one."""
    if sync_map is None:
        sync_map = SyncMap(0, 0.0, None, 0.0, (), (), ())
    tempo = sync_map.tempo_bpm
    return {
        "duration": _seconds(sync_map.duration_samples),
        "tempo_bpm": None if tempo is None else round(tempo, _DECIMALS),
        "beat_confidence": round(sync_map.beat_confidence, _DECIMALS),
        "beats": [_seconds(beat.sample) for beat in sync_map.beats],
        "downbeats": [_seconds(sample) for sample in sync_map.downbeats],
        "sections": [
            {
                "start": _seconds(section.start_sample),
                "end": _seconds(section.end_sample),
                "label": section.label,
            }
            for section in sync_map.sections
        ],
        "words": [_spoken(word) for word in sync_map.words],
        "phrases": [_spoken(phrase) for phrase in sync_map.phrases],
    }


def _seconds(samples: int) -> float:
    return round(samples / SAMPLE_RATE_HZ, _DECIMALS)


def _spoken(spoken: SpokenText) -> dict[str, Any]:
    start, end = _seconds(spoken.start_sample), _seconds(spoken.end_sample)
    return {"text": spoken.text, "start": start, "end": end}


def _cuts(facts: FilmFacts) -> list[dict[str, Any]]:
    planned = {cut.frame: cut for cut in facts.cut_plan.cuts}
    seen = {cut.planned_frame: cut for cut in facts.inspection.cuts}
    starts = facts.timeline.start_frames()
    return [
        _cut(
            seen.get(frame, SeenCut(frame, None, 0.0)),
            planned.get(frame),
            facts.timeline.transition_into(shot.id),
            facts,
        )
        for shot, frame in zip(facts.timeline.shots[1:], starts[1:], strict=True)
    ]


def _cut(
    seen: SeenCut, planned: PlannedCut | None, transition: Transition | None, facts: FilmFacts
) -> dict[str, Any]:
    event_seconds = _event_seconds(planned, facts)
    offset_ms = None
    if seen.measured_frame is not None and event_seconds is not None:
        measured_seconds = float(seen.measured_frame / facts.inspection.frame_rate)
        offset_ms = round((measured_seconds - event_seconds) * 1000, _MS_DECIMALS)
    return {
        "planned_frame": seen.planned_frame,
        "measured_frame": seen.measured_frame,
        "contrast": seen.contrast,
        "event": None if planned is None else str(planned.event),
        "event_seconds": None if event_seconds is None else round(event_seconds, _DECIMALS),
        "offset_ms": offset_ms,
        "kind": None if planned is None else str(planned.kind),
        "reason": _NEVER_SEEN if planned is None else planned.reason,
        "transition": None
        if transition is None
        else {"kind": str(transition.kind), "frames": transition.frames},
    }


def _event_seconds(planned: PlannedCut | None, facts: FilmFacts) -> float | None:
    if planned is None or planned.sample is None:
        return None
    sound = facts.timeline.sound
    # What is heard decides; a film that is silent still has the window that was planned for.
    start = facts.cut_plan.window_start_sample if sound is None else sound.start_sample
    return (planned.sample - start) / SAMPLE_RATE_HZ


def _shots(facts: FilmFacts) -> list[dict[str, Any]]:
    ran = {record.key for record in facts.records if not record.hit}
    seen = dict(zip(facts.build.clips, facts.inspection.clips, strict=True))
    documents = []
    for shot, start in zip(facts.timeline.shots, facts.timeline.start_frames(), strict=True):
        clip = facts.build.clip_of(shot.id)
        if clip is None:
            raise InvalidInput(f"the build has no clip of shot {shot.id}")
        documents.append(
            {
                "id": shot.id,
                "start_frame": start,
                "end_frame": start + shot.frames,
                "clip": str(clip.segment),
                "reused": clip.action_key not in ran,
                "reference": shot.source.handle,
                "source_start_seconds": round(float(shot.source.start_seconds), _DECIMALS),
                "speed": round(float(shot.source.speed), _DECIMALS),
                "move": str(shot.move.kind),
                "has_expected_packets": seen[clip].has_expected_packets,
            }
        )
    return documents


def _action(record: ActionRecord) -> dict[str, Any]:
    return {
        "action": record.action,
        "key": record.key,
        "hit": record.hit,
        "seconds": round(record.seconds, _DECIMALS),
        "subject": record.subject,
        "reason": record.reason,
    }


def _reference(reference: Reference, timeline: Timeline) -> dict[str, Any]:
    frames = sum(shot.frames for shot in timeline.shots if shot.source.handle == reference.handle)
    path = reference.path
    return {
        "handle": reference.handle,
        "path": None if path is None else str(Path(path)),
        "roles": [str(role) for role in reference.roles],
        "seconds_used": round(float(frames / timeline.frame_rate), _DECIMALS),
    }


def _summary(facts: FilmFacts, cuts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    seen, frames = facts.inspection, max(1, facts.timeline.frame_count)
    offsets = [abs(cut["offset_ms"]) for cut in cuts if cut["offset_ms"] is not None]
    expected = sum(s.end_frame - s.start_frame for s in seen.clips if s.has_expected_packets)
    return {
        "cuts": len(cuts),
        "cuts_on_planned_frame": sum(c["measured_frame"] == c["planned_frame"] for c in cuts),
        "mean_abs_offset_ms": round(sum(offsets) / len(offsets), _MS_DECIMALS) if offsets else None,
        "max_abs_offset_ms": max(offsets, default=None),
        "expected_packets_share": round(expected / frames, _DECIMALS),
        "expected_frames_share": round(
            sum(clip.expected_frames for clip in seen.clips) / frames, _DECIMALS
        ),
        "has_exact_times": seen.has_exact_times,
        "sound_similarity": None if seen.sound is None else seen.sound.similarity,
        "actions_run": sum(not record.hit for record in facts.records),
        "actions_hit": sum(record.hit for record in facts.records),
    }


def _findings(facts: FilmFacts, summary: dict[str, Any]) -> list[str]:
    """What is not as it should be, in sentences."""
    seen, findings = facts.inspection, []
    planned_frames = facts.timeline.frame_count
    if {seen.frame_count, seen.packet_count} != {planned_frames}:
        findings.append(
            f"the film has {seen.frame_count} frames in {seen.packet_count} packets; "
            f"{planned_frames} were planned"
        )
    if not seen.has_exact_times:
        findings.append("not every frame is shown at exactly its time")
    astray = summary["cuts"] - summary["cuts_on_planned_frame"]
    if astray:
        findings.append(f"{astray} of {summary['cuts']} cuts were not seen on their planned frame")
    if summary["expected_packets_share"] < 1 or summary["expected_frames_share"] < 1:
        findings.append("parts of the film are not the packets or pictures that were made for it")
    if seen.sound is not None and seen.sound.lag_samples != 0:
        findings.append(_lag_finding(seen.sound.lag_samples))
    return findings


def _lag_finding(lag_samples: int | None) -> str:
    if lag_samples is None:
        return "the film's sound is not the planned window of the song"
    late = "late" if lag_samples > 0 else "early"
    return f"the sound is {abs(lag_samples)} samples {late}"
