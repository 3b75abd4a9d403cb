"""The form of a song as sync.json tells it: sections, phrases, builds, drops, breaks, drums."""

from __future__ import annotations

from typing import Any

from shared.sync_map import SAMPLE_RATE_HZ, Band, Phrase, Section, Span, SyncMap

_DECIMALS = 6


def form_document(sync_map: SyncMap) -> dict[str, Any]:
    """Everything above the beat, in seconds of the song; what was not found is empty or null.

    `onsets` are the starts of sounds by the drum they belong to, "other" for the rest.
    """
    return {
        "beats_per_bar": sync_map.beats_per_bar,
        "beat_division": sync_map.beat_division,
        "downbeat_confidence": round(sync_map.downbeat_confidence, _DECIMALS),
        "swing": sync_map.swing,
        "sections": [_section(section) for section in sync_map.sections],
        "phrases": [_phrase(phrase) for phrase in sync_map.phrases],
        "builds": [_span(span) for span in sync_map.builds],
        "drops": [_seconds(sample) for sample in sync_map.drops],
        "breaks": [_span(span) for span in sync_map.breaks],
        "joins": [_seconds(sample) for sample in sync_map.joins],
        "onsets": {
            name: [_seconds(onset.sample) for onset in sync_map.onsets if onset.band is band]
            for name, band in (*((str(band), band) for band in Band), ("other", None))
        },
    }


def _section(section: Section) -> dict[str, Any]:
    energy = round(section.energy, _DECIMALS)
    span = _span(Span(section.start_sample, section.end_sample))
    return {**span, "label": section.label, "energy": energy}


def _phrase(phrase: Phrase) -> dict[str, Any]:
    span = _span(Span(phrase.start_sample, phrase.end_sample))
    return {**span, "bars": phrase.num_bars, "pickup": _seconds(phrase.pickup_samples)}


def _span(span: Span) -> dict[str, float]:
    return {"start": _seconds(span.start_sample), "end": _seconds(span.end_sample)}


def _seconds(samples: int) -> float:
    return round(samples / SAMPLE_RATE_HZ, _DECIMALS)
