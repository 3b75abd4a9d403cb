"""What became of a film's type, for report.json and its page: measured, and in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.gateway.captions import Seen, brand_faces, what_is_met
from services.gateway.captions_lettering import card_frame, title_span
from services.gateway.captions_look import drawn, glances, look_behind
from services.gateway.cues import rules_for
from services.gateway.cues_check import cue_problems
from services.gateway.titles import legal_seconds
from shared.brand import contrast, luminance, parse_color
from shared.captions import Backing, Caption, Title, TitleKind
from shared.legibility import MIN_CONTRAST, plate_opacity, worst_contrast
from shared.lettering import Lettering, LetteringKind
from shared.runner import Runner
from shared.timeline import Timeline

# A face may touch type by its outline: detectors draw boxes, faces are round.
_MAX_FACE_SHARE = 0.05
_MAX_TOLD = 8
_DECIMALS = 2


async def type_document(
    runner: Runner, timeline: Timeline
) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    """The report's "type", None for a film without, and what is wrong with it in sentences."""
    if not timeline.captions and not timeline.titles:
        return None, _silence(timeline)
    behind = await look_behind(runner, timeline)
    shown = drawn(timeline)
    faces = brand_faces(runner.blobs, timeline.brand) if shown else None
    seen = {
        name: what_is_met(item, behind, faces)
        for name, item in shown.items()
        if faces is not None and item.kind is not LetteringKind.END_CARD
    }
    problems = _problems(timeline, shown, seen)
    document = {
        "captions": [_caption(timeline, item, shown, seen, problems) for item in timeline.captions],
        "titles": [_title(timeline, item, shown, seen, problems) for item in timeline.titles],
        "delivery": str(timeline.caption_delivery),
        "style": str(timeline.caption_style),
        "shots_with_type": len({glance.shot_id for glance in glances(timeline)}),
    }
    return document, (*behind.notes, *_told(timeline, problems))


def _silence(timeline: Timeline) -> tuple[str, ...]:
    wanted = timeline.caption_delivery
    if wanted.is_burned or wanted.has_files:
        return ("captions were asked for, but no words were heard in the film",)
    return ()


def _problems(
    timeline: Timeline, shown: Mapping[str, Lettering], seen: Mapping[str, Seen]
) -> dict[str, list[str]]:
    cuts = [start for start in timeline.start_frames() if start]
    rules = rules_for(timeline.caption_style, timeline.size)
    found = cue_problems(timeline.captions, cuts, timeline.frame_rate, rules)
    card = card_frame(timeline)
    for caption in timeline.captions:
        if timeline.caption_delivery.is_burned and caption.start_frame < card < caption.end_frame:
            found.setdefault(caption.id, []).append("is cut short by the end card")
    for name, item in shown.items():
        told = found.setdefault(name, [])
        if name in seen and seen[name].face_share > _MAX_FACE_SHARE:
            told.append(f"covers {seen[name].face_share:.0%} of a face; no place is free of faces")
        ratio = backed_contrast(item, seen.get(name))
        if ratio is not None and ratio < MIN_CONTRAST:
            told.append(f"has a contrast of {ratio:.1f}:1, at least {MIN_CONTRAST}:1 can be read")
    for title in timeline.titles:
        found.setdefault(title.id, []).extend(_title_problems(timeline, title))
    return {name: told for name, told in found.items() if told}


def backed_contrast(item: Lettering, seen: Seen | None) -> float | None:
    """Contrast of ink with what is behind it, backing included, at its worst; None if unknown."""
    brand = item.brand
    if item.kind is LetteringKind.END_CARD:
        card = luminance(parse_color(brand.card))
        return min(contrast(luminance(parse_color(ink)), card) for ink in (brand.ink, brand.accent))
    match item.backing:
        case Backing.PLATE:
            return worst_contrast(brand, plate_opacity(brand))
        case Backing.SCRIM:
            return worst_contrast(brand, plate_opacity(brand, least=0.0))
        case Backing.OUTLINE:
            return contrast(luminance(parse_color(brand.ink)), luminance(parse_color(brand.plate)))
        case _:
            return None if seen is None else seen.contrast


def _title_problems(timeline: Timeline, title: Title) -> list[str]:
    span = title_span(title, timeline)
    if span is None:
        return ["is not shown: its shot is gone"]
    if title.kind is not TitleKind.END_CARD and span[1] > card_frame(timeline):
        return ["is covered by the end card"]
    held = (title.frames - title.enter_frames) / timeline.frame_rate
    legal = title.lines if title.kind is TitleKind.LEGAL else title.legal
    told = []
    if legal and held < legal_seconds(" ".join(legal)):
        told.append(
            f"holds its small print for {float(held):.1f} s, "
            f"{float(legal_seconds(' '.join(legal))):.1f} s are needed to read it"
        )
    if title.kind is TitleKind.LOWER_THIRD and held < 2:
        told.append(f"is on screen for {float(held):.1f} s: its shot is too short for it")
    return told


def _caption(
    timeline: Timeline,
    caption: Caption,
    shown: Mapping[str, Lettering],
    seen: Mapping[str, Seen],
    problems: Mapping[str, list[str]],
) -> dict[str, Any]:
    rate = timeline.frame_rate
    return {
        "id": caption.id,
        "start": round(float(caption.start_frame / rate), 3),
        "end": round(float(caption.end_frame / rate), 3),
        "lines": list(caption.lines),
        "characters_per_second": round(float(len(caption.text) * rate / caption.frames), 1),
        "problems": problems.get(caption.id, []),
        **_met(shown.get(caption.id), seen.get(caption.id)),
    }


def _title(
    timeline: Timeline,
    title: Title,
    shown: Mapping[str, Lettering],
    seen: Mapping[str, Seen],
    problems: Mapping[str, list[str]],
) -> dict[str, Any]:
    span = title_span(title, timeline) or (0, 0)
    rate = timeline.frame_rate
    return {
        "id": title.id,
        "kind": str(title.kind),
        "start": round(float(span[0] / rate), 3),
        "end": round(float(span[1] / rate), 3),
        "lines": list(title.lines),
        "problems": problems.get(title.id, []),
        **_met(shown.get(title.id), seen.get(title.id)),
    }


def _met(item: Lettering | None, seen: Seen | None) -> dict[str, Any]:
    """Where a piece of type stands and how it is read; nothing for what is not drawn."""
    if item is None:
        return {"place": None, "backing": None, "contrast": None, "face_share": None}
    ratio = backed_contrast(item, seen)
    return {
        "place": str(item.place),
        "backing": str(item.backing),
        "contrast": None if ratio is None else round(ratio, _DECIMALS),
        "face_share": None if seen is None else round(seen.face_share, _DECIMALS),
    }


def _told(timeline: Timeline, problems: Mapping[str, list[str]]) -> tuple[str, ...]:
    texts = {caption.id: f'cue {caption.id} "{caption.text}"' for caption in timeline.captions}
    texts |= {t.id: f'{t.kind} {t.id} "{" ".join(t.lines)}"' for t in timeline.titles}
    told = [f"{texts[name]} {what}" for name, found in problems.items() for what in found]
    more = len(told) - _MAX_TOLD
    return tuple(told[:_MAX_TOLD]) + ((f"and {more} more about type",) if more > 0 else ())
