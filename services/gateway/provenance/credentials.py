"""What a film's content credentials say: C2PA manifests of a finished film. Pure functions.

The promise of digests is about the unsigned film; signing comes last and is not cached. The
manifest names the references as ingredients, says how the film came about, which model families
drew in it, who attested consent, and the digests that `report.json` has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.brief import MediaKind, Reference
from shared.consent import Attestation
from shared.digest import Digest
from shared.generation import PROCEDURAL, Generated
from shared.schema import to_json
from shared.timeline import Timeline

BUILD_LABEL = "org.onbeat.build"
_TERMS = "http://cv.iptc.org/newscodes/digitalsourcetype/"
# https://cv.iptc.org/newscodes/digitalsourcetype/ of a film made from several sources.
_OF_CAPTURES = f"{_TERMS}compositeCapture"
_WITH_DRAWN = f"{_TERMS}compositeSynthetic"
_WITH_TRAINED = f"{_TERMS}compositeWithTrainedAlgorithmicMedia"


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A reference that the film shows or sounds; `label` names it inside the manifest."""

    label: str
    title: str
    kind: MediaKind
    blob: Digest


def source_type(timeline: Timeline) -> str:
    """The IPTC digital source type of a film: captured, with drawn, or with generated shots."""
    backends = {
        shot.source.backend for shot in timeline.shots if isinstance(shot.source, Generated)
    }
    if backends - {PROCEDURAL}:
        return _WITH_TRAINED
    return _WITH_DRAWN if backends else _OF_CAPTURES


def ingredients_of(timeline: Timeline) -> tuple[Ingredient, ...]:
    """The references of a film that are seen or heard in it, the song first."""
    shown = {shot.source.blob for shot in timeline.shots if not isinstance(shot.source, Generated)}
    shown |= {
        blob
        for shot in timeline.shots
        if isinstance(shot.source, Generated)
        for blob in shot.source.shown
    }
    shown |= {timeline.corner_logo.image} if timeline.corner_logo else set()
    heard = {timeline.sound.audio} if timeline.sound else set()
    heard |= {timeline.voice.audio} if timeline.voice else set()
    known: dict[Digest, Reference] = {}
    song = [timeline.song] if timeline.song else []
    for reference in (*song, *timeline.references):
        if reference.blob in shown | heard or reference in song:
            known.setdefault(reference.blob, reference)
    return tuple(
        Ingredient(reference.handle, f"@{reference.handle}", reference.kind, reference.blob)
        for reference in known.values()
    )


def manifest(
    timeline: Timeline,
    report: Mapping[str, Any],
    *,
    attestations: Sequence[Attestation] = (),
    is_test: bool = False,
) -> dict[str, Any]:
    """The manifest definition of a film, as `c2pa` reads it; ingredients are added by label.

    `report` is the film's report.json. A manifest that will be signed with a test certificate
    says so in its title.
    """
    digest = Digest.of_bytes(to_json(timeline))
    actions: list[dict[str, Any]] = [
        {
            "action": "c2pa.created",
            "digitalSourceType": source_type(timeline),
            "softwareAgent": {"name": "Onbeat", "version": _version(report)},
        }
    ]
    actions += [
        {"action": "c2pa.placed", "parameters": {"ingredientIds": [item.label]}}
        for item in ingredients_of(timeline)
    ]
    if timeline.parent is not None:
        description = f"Revision of timeline {timeline.parent}; kept shots are bit-identical."
        actions.append({"action": "c2pa.edited", "description": description})
    return {
        "claim_generator_info": [{"name": "Onbeat", "version": _version(report)}],
        "title": "film.mp4 (TEST CERTIFICATE)" if is_test else "film.mp4",
        "format": "video/mp4",
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": actions}},
            {"label": BUILD_LABEL, "data": _build(timeline, digest, report, attestations)},
        ],
    }


def _build(
    timeline: Timeline,
    digest: Digest,
    report: Mapping[str, Any],
    attestations: Sequence[Attestation],
) -> dict[str, Any]:
    blobs = {item.blob for item in ingredients_of(timeline)}
    return {
        "film": report.get("film"),
        "timeline": str(digest),
        "parent": None if timeline.parent is None else str(timeline.parent),
        "references": [
            {"handle": item.label, "kind": item.kind.value, "digest": str(item.blob)}
            for item in ingredients_of(timeline)
        ],
        "shots": [
            {"id": shot.id, "frames": shot.frames, **_source(shot.source)}
            for shot in timeline.shots
        ],
        "software": dict(report.get("versions") or {}),
        "consent": [
            {
                "reference": str(item.reference),
                "signer": item.signer,
                "signed_at": item.signed_at,
            }
            for item in attestations
            if item.reference in blobs
        ],
    }


def _source(source: Any) -> dict[str, Any]:
    if isinstance(source, Generated):
        inputs = [item.handle for item in source.inputs]
        return {"generated_by": source.backend, "task": source.task, "inputs": inputs}
    return {"reference": source.handle}


def _version(report: Mapping[str, Any]) -> str:
    return str((report.get("versions") or {}).get("onbeat", "unknown"))
