"""What each role of each reference did in a film, for report.json. Pure functions.

It is read off the timeline, not off what was wished for: an edited film tells its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.brief import MediaKind, Reference, Role
from shared.performance import performance_named
from shared.shot import Shot
from shared.soundtrack import ClipSound
from shared.sync_map import CutEvent, CutPlan
from shared.timeline import Timeline

Effect = tuple[str | None, Sequence[Shot]]

_REASONS = {
    Role.STYLE: "no shot was graded after it",
    Role.FIRST_FRAME: "another shot opens the film",
    Role.LAST_FRAME: "another shot closes the film",
    Role.MOTION: "only a diffusion backend moves one thing as another does",
    Role.CAMERA: "camera moves follow the music and the subject, and are copied from no clip",
    Role.RHYTHM: "its cuts set no pacing",
    Role.VOICE: "it is not heard in the film",
    Role.LOGO: "another shot closes the film",
    Role.PERFORMANCE: "no shot shows it in time with the song",
    Role.TALK: "its sound is not heard in the film",
}
_WHAT = {Role.FIRST_FRAME: "first frame", Role.LAST_FRAME: "last frame"}


@dataclass(frozen=True, slots=True)
class _Film:
    """A film whose roles are looked at; `rhythm` is by handle, None for an edited one."""

    timeline: Timeline
    cut_plan: CutPlan
    rhythm: Mapping[str, str] | None

    def shots_of(self, reference: Reference) -> list[Shot]:
        return [s for s in self.timeline.shots if s.source.handle == reference.handle]


def roles_document(
    timeline: Timeline, cut_plan: CutPlan, rhythm: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """The "roles" of report.json: one object for each role of each reference, in their order.

    "effect" says in words what it did, None where it did nothing; "shots" are the ids of those
    that show it or took something from it. `rhythm` is by handle what was paced by a reference
    (see `rhythm_role`), None for an edited film.
    """
    film = _Film(timeline, cut_plan, rhythm)
    documents = []
    for reference in _references(timeline):
        for role in reference.roles:
            effect, shots = _EFFECTS[role](film, reference)
            ids = [shot.id for shot in shots]
            documents.append(
                {
                    "reference": reference.handle,
                    "role": role.value,
                    "effect": effect,
                    "shots": ids,
                }
            )
    return documents


def role_notes(documents: Sequence[Mapping[str, Any]], said: Sequence[str] = ()) -> list[str]:
    """Warnings for roles that did nothing, but for those that a sentence in `said` is about.

    References that were to be shown and are not have a warning of their own (`notes`).
    """
    notes = []
    for item in documents:
        role, name = Role(item["role"]), f"@{item['reference']}"
        is_said = any(name in text.split() and role.value in text for text in said)
        if item["effect"] is None and role in _REASONS and not is_said:
            notes.append(f"the {_WHAT.get(role, role)} of {name} was not used: {_REASONS[role]}")
    return notes


def _references(timeline: Timeline) -> Iterator[Reference]:
    yield from timeline.references
    known = {reference.blob for reference in timeline.references}
    if timeline.song is not None and timeline.song.blob not in known:
        yield timeline.song
    if timeline.voice is not None and timeline.voice.audio not in known:
        yield Reference("voice", MediaKind.AUDIO, timeline.voice.audio, (Role.VOICE,))


def _counted(shots: Sequence[Shot]) -> str:
    return "1 shot" if len(shots) == 1 else f"{len(shots)} shots"


def _shown(film: _Film, reference: Reference) -> Effect:
    shots = film.shots_of(reference)
    seconds = float(sum(shot.frames for shot in shots) / film.timeline.frame_rate)
    return (f"shown in {_counted(shots)} ({seconds:.1f} s)" if shots else None), shots


def _opens(film: _Film, reference: Reference) -> Effect:
    first = film.timeline.shots[0]
    return ("opens the film", [first]) if first.source.handle == reference.handle else (None, ())


def _closes(film: _Film, reference: Reference) -> Effect:
    last = film.timeline.shots[-1]
    return ("closes the film", [last]) if last.source.handle == reference.handle else (None, ())


def _logo(film: _Film, reference: Reference) -> Effect:
    brand = film.timeline.brand
    if brand is not None and brand.logo == reference.blob and film.timeline.titles:
        return "is set as the brand's logo", ()
    return _closes(film, reference)


def _performance(film: _Film, reference: Reference) -> Effect:
    shots = film.shots_of(reference)
    take = performance_named(film.timeline.performances, reference.handle)
    if take is None or not shots:
        return None, shots
    drift = float(1 / take.speed - 1) * 1e6
    return f"{_counted(shots)} in time with the song (clock: {drift:+.0f} ppm)", shots


def _style(film: _Film, reference: Reference) -> Effect:
    shots = [shot for shot in film.timeline.shots if shot.grade.style is not None]
    return (f"lent its look to {_counted(shots)}" if shots else None), shots


def _rhythm(film: _Film, reference: Reference) -> Effect:
    song, cuts = film.timeline.song, film.cut_plan.cuts
    if song is not None and reference.blob == song.blob:
        heard = sum(cut.event is not CutEvent.CLOCK for cut in cuts)
        return f"set {heard} of {len(cuts)} cuts", ()
    if film.rhythm is None:
        return "was heeded when the film was first made", ()
    return film.rhythm.get(reference.handle), ()


def _heard(film: _Film, reference: Reference) -> Effect:
    voice = film.timeline.voice
    if voice is not None and voice.audio == reference.blob:
        return "is heard over the song", ()
    heard = [s for s in film.shots_of(reference) if s.sound.level is not ClipSound.OFF]
    return (f"is heard in {_counted(heard)}" if heard else None), heard


def _nothing(film: _Film, reference: Reference) -> Effect:
    return None, ()


_EFFECTS: Mapping[Role, Callable[[_Film, Reference], Effect]] = {
    Role.SUBJECT: _shown,
    Role.SOURCE: _shown,
    Role.PRODUCT: _shown,
    Role.STYLE: _style,
    Role.FIRST_FRAME: _opens,
    Role.LAST_FRAME: _closes,
    Role.LOGO: _logo,
    Role.PERFORMANCE: _performance,
    Role.RHYTHM: _rhythm,
    Role.VOICE: _heard,
    Role.TALK: _heard,
    Role.MOTION: _nothing,
    Role.CAMERA: _nothing,
}
