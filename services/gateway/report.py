"""report.json and sync.json: what was seen and heard, beside what was planned. Pure functions.

Numbers called measured come from the film's inspection alone; what could not be observed is null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.gateway.changes import ClipName
from services.gateway.cut_report import CutFacts, cut_documents
from services.gateway.form_document import form_document
from services.gateway.inspection import FilmInspection
from services.gateway.look.report import look_document
from services.gateway.motion_report import looks_document, motion_document, speed_document
from services.gateway.roles_report import role_notes, roles_document
from services.gateway.shot_rhythm import section_documents
from services.gateway.sound_report import sound_document, sound_findings
from shared.actions import ActionRecord
from shared.brief import Reference
from shared.build import Build
from shared.errors import InvalidInput
from shared.motion import MotionAlignment
from shared.sync_map import SAMPLE_RATE_HZ, CutPlan, SpokenText, SyncMap
from shared.timeline import Timeline
from shared.timing import format_frame_rate

_DECIMALS = 6
_MS_DECIMALS = 3
# A middle is fitted to a picture that moves: a frame more or less is not a fault.
_MAX_OFF_CENTRE_FRAMES = 1.0


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """All that a report is made from.

    `song_path` is the song as given, None without one. `warnings` are sentences to pass on;
    the report adds its own. `versions` says which program and libraries made the film.

    Of an edited film: `kept` are the clips that were taken from the parent's Build without any
    look-up, `changed` what its other clips' requests have changed (see `explain.changed_clips`).
    `sync_map` is what was heard, None for a silent film; `midpoints` as in `CutFacts`.
    `type_document` is what became of captions and titles, None for a film without. `casting` is
    how a new film was cast, None for an edited one. `tracks` is what is mixed with the song.
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
    sync_map: SyncMap | None = None
    kept: frozenset[ClipName] = frozenset()
    changed: Mapping[ClipName, tuple[str, ...]] = field(default_factory=dict)
    midpoints: tuple[float | None, ...] = ()
    alignments: Mapping[str, MotionAlignment] = field(default_factory=dict)
    type_document: Mapping[str, Any] | None = None
    casting: Mapping[str, Any] | None = None
    tracks: Mapping[str, Any] = field(default_factory=dict)
    flashes: Mapping[str, Any] | None = None


def report_document(facts: FilmFacts) -> dict[str, Any]:
    """The report.json of a film."""
    seen, delivery, sound = facts.inspection, facts.build.delivery, facts.timeline.sound
    cuts = _cuts(facts)
    summary = _summary(facts, cuts)
    rhythm = None if facts.casting is None else facts.casting.get("rhythm", {})
    roles = roles_document(facts.timeline, facts.cut_plan, rhythm)
    return {
        "song": facts.song_path,
        "song_offset_seconds": None if sound is None else _seconds(sound.start_sample),
        "frame_rate": format_frame_rate(seen.frame_rate),
        "frame_count": seen.frame_count,
        "audio_lag_samples": None if seen.sound is None else seen.sound.lag_samples,
        "cuts": cuts,
        "shots": _shots(facts),
        "actions": _actions(facts),
        "size": f"{seen.width}x{seen.height}",
        "quality": str(delivery.quality),
        "duration_seconds": round(float(seen.duration_seconds), _DECIMALS),
        "summary": summary,
        "sections": section_documents(facts.timeline, facts.sync_map),
        "sound": sound_document(facts.timeline, seen.sound, facts.tracks),
        "look": look_document(facts.timeline),
        "casting": None if facts.casting is None else dict(facts.casting),
        "flashes": None if facts.flashes is None else dict(facts.flashes),
        "type": None if facts.type_document is None else dict(facts.type_document),
        "references": [_reference(reference, facts.timeline) for reference in facts.references],
        "roles": roles,
        "warnings": [
            *facts.warnings,
            *role_notes(roles, facts.warnings),
            *_findings(facts, summary, cuts),
        ],
        "film": str(facts.build.film),
        "timeline": str(facts.build.timeline),
        "parent": None if facts.timeline.parent is None else str(facts.timeline.parent),
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
        **form_document(sync_map),
        "words": [_spoken(word) for word in sync_map.words],
        "sentences": [_spoken(sentence) for sentence in sync_map.sentences],
        "language": sync_map.language,
        "speech": [
            {"start": _seconds(span.start_sample), "end": _seconds(span.end_sample)}
            for span in sync_map.speech
        ],
    }


def _seconds(samples: int) -> float:
    return round(samples / SAMPLE_RATE_HZ, _DECIMALS)


def _spoken(spoken: SpokenText) -> dict[str, Any]:
    start, end = _seconds(spoken.start_sample), _seconds(spoken.end_sample)
    confidence = round(spoken.confidence, _DECIMALS)
    return {"text": spoken.text, "start": start, "end": end, "confidence": confidence}


def _cuts(facts: FilmFacts) -> list[dict[str, Any]]:
    return cut_documents(
        CutFacts(
            timeline=facts.timeline,
            cut_plan=facts.cut_plan,
            sync_map=facts.sync_map,
            build=facts.build,
            frame_rate=facts.inspection.frame_rate,
            seen=facts.inspection.cuts,
            midpoints=facts.midpoints,
            ran=_keys_run(facts),
            kept=frozenset(shot_id for shot_id, is_transition in facts.kept if is_transition),
        )
    )


def _keys_run(facts: FilmFacts) -> frozenset[str]:
    return frozenset(record.key for record in facts.records if not record.hit)


def _shots(facts: FilmFacts) -> list[dict[str, Any]]:
    ran = _keys_run(facts)
    seen = dict(zip(facts.build.clips, facts.inspection.clips, strict=True))
    documents = []
    for shot, start in zip(facts.timeline.shots, facts.timeline.start_frames(), strict=True):
        clip = facts.build.clip_of(shot.id)
        if clip is None:
            raise InvalidInput(f"the build has no clip of shot {shot.id}")
        is_kept = (shot.id, False) in facts.kept
        documents.append(
            {
                "id": shot.id,
                "start_frame": start,
                "end_frame": start + shot.frames,
                "clip": str(clip.segment),
                "reused": is_kept or clip.action_key not in ran,
                "kept": is_kept,
                "locked": shot.is_locked,
                "pinned": shot.is_pinned,
                "reference": shot.source.handle,
                "source_start_seconds": round(float(shot.source.start_seconds), _DECIMALS),
                "speed": round(float(shot.source.speed), _DECIMALS),
                "move": str(shot.move.kind),
                "accents": looks_document(shot),
                "speed_changes": speed_document(shot),
                "motion": motion_document(facts.alignments.get(shot.id)),
                "has_expected_packets": seen[clip].has_expected_packets,
            }
        )
    return documents


def _actions(facts: FilmFacts) -> list[dict[str, Any]]:
    changed = {
        clip.action_key: facts.changed.get((clip.shot_id, clip.is_transition), ())
        for clip in facts.build.clips
    }
    return [
        {
            "action": record.action,
            "key": record.key,
            "hit": record.hit,
            "seconds": round(record.seconds, _DECIMALS),
            "subject": record.subject,
            "reason": record.reason,
            "changed": list(changed.get(record.key, ())),
        }
        for record in facts.records
    ]


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
        "cuts_astray": sum(_is_astray(cut) for cut in cuts),
        "transitions": sum(cut["transition"] is not None for cut in cuts),
        "shots_kept": sum((shot.id, False) in facts.kept for shot in facts.timeline.shots),
        "mean_abs_offset_ms": round(sum(offsets) / len(offsets), _MS_DECIMALS) if offsets else None,
        "max_abs_offset_ms": max(offsets, default=None),
        "expected_packets_share": round(expected / frames, _DECIMALS),
        "expected_frames_share": round(
            sum(clip.expected_frames for clip in seen.clips) / frames, _DECIMALS
        ),
        "decoded_frames": seen.decoded_frames,
        "has_exact_times": seen.has_exact_times,
        "sound_similarity": None if seen.sound is None else seen.sound.similarity,
        "actions_run": sum(not record.hit for record in facts.records),
        "actions_hit": sum(record.hit for record in facts.records),
    }


def _is_astray(cut: dict[str, Any]) -> bool:
    """Whether a straight cut was not seen where it was planned; a transition has no one frame."""
    return cut["transition"] is None and cut["measured_frame"] != cut["planned_frame"]


def _findings(
    facts: FilmFacts, summary: dict[str, Any], cuts: Sequence[dict[str, Any]]
) -> list[str]:
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
    if summary["cuts_astray"]:
        straight = summary["cuts"] - summary["transitions"]
        findings.append(
            f"{summary['cuts_astray']} of {straight} cuts were not seen on their planned frame"
        )
    findings += [_transition_finding(cut) for cut in cuts if _is_off_centre(cut)]
    if summary["expected_packets_share"] < 1 or summary["expected_frames_share"] < 1:
        findings.append("parts of the film are not the packets or pictures that were made for it")
    if seen.sound is not None and seen.sound.lag_samples != 0:
        findings.append(_lag_finding(seen.sound.lag_samples))
    return [*findings, *sound_findings(facts.timeline.loudness, seen.sound)]


def _is_off_centre(cut: dict[str, Any]) -> bool:
    transition = cut["transition"]
    if transition is None or transition["midpoint_frame"] is None:
        return False
    middle = (transition["start_frame"] + transition["end_frame"]) / 2
    return bool(abs(transition["midpoint_frame"] - middle) > _MAX_OFF_CENTRE_FRAMES)


def _transition_finding(cut: dict[str, Any]) -> str:
    kind, midpoint = cut["transition"]["kind"], cut["transition"]["midpoint_frame"]
    return f"the {kind} planned at frame {cut['planned_frame']} has its middle at {midpoint:.1f}"


def _lag_finding(lag_samples: int | None) -> str:
    if lag_samples is None:
        return "the film's sound is not the planned window of the song"
    late = "late" if lag_samples > 0 else "early"
    return f"the sound is {abs(lag_samples)} samples {late}"
