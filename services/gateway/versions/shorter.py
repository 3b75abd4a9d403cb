"""What a cutdown is chosen from: ways to show each shot, what they cost, where it may end.

Pure functions; the choice itself is in `choice`, what becomes of it in `cut_timeline`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from services.gateway.captions_lettering import title_span
from services.gateway.edits.overlap import minimum_frames, overlaps
from services.gateway.edits.tags import shot_tags
from services.gateway.material import Material
from services.gateway.reframe import item_of, window_of
from services.gateway.titles import legal_seconds
from services.gateway.versions.choice import Ending, Piece, Question
from services.gateway.versions.joins import Joins, same_source_cost
from shared.brief import MediaKind
from shared.captions import Anchor, TitleKind
from shared.shot import Footage, Shot, Tag
from shared.sync_map import SAMPLE_RATE_HZ
from shared.timeline import Timeline

_MAX_TRIMS = 4
_LEAST_SECONDS, _LEAST_END_SECONDS, _LEAST_CARD_SECONDS = Fraction(3, 5), Fraction(1), Fraction(2)
_MOST_LONGER_SECONDS = Fraction(2)
_TRIMMED, _TRIMMED_ALL, _TAGGED_TRIM = 1.0, 0.6, 0.5
_ENERGY, _DRAWN = 0.4, 0.5
_LOST_TRANSITION, _NOT_THE_END, _NOT_THE_START, _NOT_THE_HOOK = 0.5, 1.5, 0.6, 2.0
_END_CHANGED, _END_SECOND = 0.3, 0.3
_OFF_PHRASE, _OFF_BAR = 0.4, 1.0


@dataclass(frozen=True, slots=True)
class Shorter:
    """One film that is to be cut down; `material` says how far its clips go on."""

    film: Timeline
    joins: Joins
    material: Material

    def question(self, target_frames: int) -> Question:
        """What may survive in so many frames."""
        film = self.film
        tags = shot_tags(film)
        legal = self._under_legal()
        kept = frozenset(i for i, found in enumerate(tags) if found) | legal
        counts = Counter(shot.source.handle for shot in film.shots)
        hook = next((i for i, found in enumerate(tags) if Tag.HOOK in found), 0)
        starts = film.start_frames()
        dropped = []
        for index, shot in enumerate(film.shots):
            energy = self.joins.music.energy(starts[index], starts[index] + shot.frames)
            rare = 1 / counts[shot.source.handle] if isinstance(shot.source, Footage) else _DRAWN
            dropped.append(0.0 if index < hook else rare + _ENERGY * energy)
        return Question(
            target_frames,
            tuple(self._pieces(i, bool(tags[i]), i in legal) for i in range(len(film.shots))),
            tuple(self._ending(i) for i in range(len(film.shots))),
            tuple(dropped),
            kept,
        )

    def join_cost(self, piece: Piece | None, index: int) -> float:
        """What showing shot `index` after a piece costs, or first of all."""
        starts = self.film.start_frames()
        if piece is None:
            return self._start_cost(index)
        if piece.index + 1 == index and self.is_whole(piece):
            return 0.0
        leave = starts[piece.index] + piece.frames
        shots = self.film.shots
        lost = [shots[index].id]
        lost += [shots[piece.index + 1].id] if piece.index + 1 != index else []
        transitions = sum(self.film.transition_into(name) is not None for name in lost)
        cost = self.joins.cost(leave, starts[index]) + _LOST_TRANSITION * transitions
        return cost + same_source_cost(self.film, piece.index, index)

    def is_whole(self, piece: Piece) -> bool:
        """Whether a piece is all of its shot."""
        return piece.frames == self.film.shots[piece.index].frames

    def _start_cost(self, index: int) -> float:
        if index == 0:
            return 0.0
        hook = next((i for i, tags in enumerate(shot_tags(self.film)) if Tag.HOOK in tags), 0)
        frame = self.film.start_frames()[index]
        place = self.joins.place(frame)
        cost = _NOT_THE_START + (0.0 if place.in_bar == 0 else _OFF_BAR)
        return cost + (0.0 if index == hook else _NOT_THE_HOOK)

    def _pieces(self, index: int, is_tagged: bool, is_legal: bool) -> tuple[Piece, ...]:
        shot = self.film.shots[index]
        whole = Piece(index, shot.frames)
        if is_legal or not can_be_trimmed(shot):
            return (whole,)
        rate, start = self.film.frame_rate, self.film.start_frames()[index]
        least = max(
            ceil(_LEAST_SECONDS * rate),
            minimum_frames(overlaps(self.film.shots, self.film.transitions)[shot.id], rate),
        )
        beats = [
            frame - start
            for frame, _ in self.joins.music.beats(self.film.frame_count)
            if start + least <= frame < start + shot.frames - 1
        ]
        strong = [frame for frame in beats if self.joins.place(start + frame).in_bar == 0]
        chosen = sorted({*strong[-_MAX_TRIMS:], *beats[-_MAX_TRIMS:], *beats[:1]})
        extra = _TAGGED_TRIM if is_tagged else 0.0
        trims = [
            Piece(index, n, _TRIMMED + extra + _TRIMMED_ALL * (1 - n / shot.frames)) for n in chosen
        ]
        return (*trims, whole)

    def _ending(self, index: int) -> Ending | None:
        film, rate = self.film, self.film.frame_rate
        shot = film.shots[index]
        is_last = index == len(film.shots) - 1
        seconds = self._card_seconds() if is_last else _LEAST_END_SECONDS
        least = min(shot.frames, ceil(seconds * rate)) if can_be_trimmed(shot) else shot.frames
        most = shot.frames + self._longer(index)
        each = _END_SECOND / float(rate)
        cost = 0.0 if is_last else _NOT_THE_END
        return Ending(least, most, shot.frames, cost, _END_CHANGED, each)

    def _longer(self, index: int) -> int:
        """Frames by which a shot can go on at the film's end."""
        film, rate = self.film, self.film.frame_rate
        shot = film.shots[index]
        most = int(_MOST_LONGER_SECONDS * rate)
        if film.sound is not None and self.joins.sync_map is not None:
            end = self.joins.sample(film.start_frames()[index] + shot.frames)
            left = self.joins.sync_map.duration_samples - end
            most = min(most, int(Fraction(max(0, left), SAMPLE_RATE_HZ) * rate))
        if not isinstance(shot.source, Footage) or not can_be_trimmed(shot):
            return 0
        if shot.source.kind is MediaKind.IMAGE:
            return most
        item = item_of(shot, self.material)
        end_seconds = getattr(item, "end_seconds", None)
        if end_seconds is None or shot.source.is_reversed:
            return 0
        left_seconds = float(end_seconds) - window_of(shot, film)[1]
        return max(0, min(most, int(left_seconds / float(shot.source.speed) * rate)))

    def _card_seconds(self) -> Fraction:
        """How long the last shot is held at least."""
        cards = [title for title in self.film.titles if title.kind is TitleKind.END_CARD]
        if not cards:
            return _LEAST_END_SECONDS
        needs = [legal_seconds(" ".join(card.legal)) for card in cards if card.legal]
        return max([_LEAST_CARD_SECONDS, *needs])

    def _under_legal(self) -> frozenset[int]:
        """Shots under small print that is not at the film's end: it goes where they go."""
        found: set[int] = set()
        for title in self.film.titles:
            if title.kind is not TitleKind.LEGAL or title.anchor is Anchor.END:
                continue
            span = title_span(title, self.film)
            places = zip(self.film.start_frames(), self.film.shots, strict=True)
            found |= {
                index
                for index, (start, shot) in enumerate(places)
                if span and start < span[1] and span[0] < start + shot.frames
            }
        return frozenset(found)


def can_be_trimmed(shot: Shot) -> bool:
    """Whether a shot can be shorter and show what it showed: not one whose speed changes."""
    return not (isinstance(shot.source, Footage) and shot.source.levels)
