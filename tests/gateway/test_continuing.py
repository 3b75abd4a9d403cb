"""Which latents a shot begins with that goes on from another one, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from services.gateway.build_plan import delivery_of, planned_clips
from services.gateway.changes import changed_fields
from services.gateway.continuing import after_another, continuation_of, continued_by, overlap_of
from services.gateway.diffusion_ask import DiffusionAsk, ask_of
from services.gateway.generating import GenerateWish, generate_wish
from shared.blobs import MemoryBlobs
from shared.brief import MediaKind, Role, Size
from shared.errors import InvalidInput
from shared.families.catalogue import find_model
from shared.families.family import Part
from shared.families.handover import clip_frames
from shared.generation import PROCEDURAL, STILL, Generated, Kept, RoleInput, params_of
from shared.region import Region
from shared.shot import Footage, Shot, Source
from shared.timeline import Timeline, Transition, TransitionKind
from tests.shared.families.shots import digest

_RATE = Fraction(30)
_SIZE = Size(640, 480)
_HERO = RoleInput("hero", digest("hero"), MediaKind.IMAGE, Role.SUBJECT)


def _made(task: str = "text_to_video", *inputs: RoleInput, **params: Any) -> Generated:
    backend = "ltx2" if params.get("model") == "ltx-2" else "wan"
    return Generated(backend, task, "waves", inputs, params_of(**params), seed=5)


def _on(after: str, *inputs: RoleInput, **params: Any) -> Generated:
    return replace(_made("continue", *inputs, **params), continues=after)


def _film(*sources: Source, frames: int = 60, size: Size = _SIZE) -> Timeline:
    shots = tuple(Shot(f"s{index}", frames, one) for index, one in enumerate(sources))
    return Timeline(size, _RATE, shots, None, None, digest("plan"), 0, len(shots))


def _wish(film: Timeline, index: int) -> GenerateWish:
    wish = generate_wish(film.shots[index], film)
    assert wish is not None
    return wish


def _ask(film: Timeline, index: int) -> DiffusionAsk:
    return ask_of(_wish(film, index), MemoryBlobs(), "")


def test_the_later_clip_begins_with_what_the_earlier_shot_shows_last() -> None:
    film = _film(_made(), _on("s0"), _on("s1"))
    second = _wish(film, 1).after
    assert second is not None
    # Two seconds at 16 a second are 32 pictures of a clip of 33: the last is in latent frame 8.
    assert (second.shot_id, second.first_frame, second.frames, second.before) == ("s0", 5, 4, 5)
    assert second.skipped_seconds == 2 - Fraction(17, 16)
    assert _wish(film, 1).start_seconds == second.skipped_seconds
    third = _wish(film, 2).after
    assert third is not None
    assert (third.first_frame, third.frames, third.before) == (8, 4, 13)
    assert third.skipped_seconds == _wish(film, 1).start_seconds + 2 - Fraction(32, 16)
    asked = _ask(film, 2).request
    assert asked.shot.model == "wan2.1-vace-1.3b"
    assert asked.shot.handover is not None
    assert (asked.shot.handover.frames, asked.shot.handover.before) == (4, 13)
    grid = find_model(asked.shot.model)[1].grid
    seconds = clip_frames(grid, asked.geometry, asked.shot.handover) / grid.frame_rate
    assert seconds >= _wish(film, 2).start_seconds + 2


@pytest.mark.parametrize("frames", [9, 10, 11, 31, 47, 60, 100])
@pytest.mark.parametrize("model", ["wan2.1-vace-1.3b", "wan2.2-ti2v-5b", "ltx-2"])
def test_no_picture_is_shown_twice_and_none_is_left_out(model: str, frames: int) -> None:
    """At each cut both clips are at the same picture of what is one film of latents."""
    film = _film(_made(model=model), *(_on(f"s{n}", model=model) for n in range(3)), frames=frames)
    grid = find_model(model)[1].grid
    base = 0  # latent frames of the whole film before a clip's own
    for index in range(1, 4):
        wish, earlier = _wish(film, index), _wish(film, index - 1)
        after = wish.after
        assert after is not None
        rate = _ask(film, index).request.geometry.frame_rate
        end = earlier.start_seconds + frames * earlier.source.speed / _RATE
        has_before = earlier.after is not None and earlier.after.before > 0

        def pictures(latent: int, *, is_first: bool) -> int:
            return (
                latent * grid.frame_step
                if not is_first
                else max(0, (latent - 1) * grid.frame_step + 1)
            )

        start = pictures(after.first_frame, is_first=not has_before) / rate
        assert wish.start_seconds + start == end
        assert after.frames >= 1
        base += after.first_frame
        assert after.before == min(base, find_model(model)[1].context_frames)
        # The picture at the cut is one of those made anew, or one that was handed over.
        assert wish.start_seconds <= (after.frames * grid.frame_step + 1) / rate


def test_a_shot_with_an_edit_of_it_and_its_references_shows_them_all() -> None:
    first = replace(_made("references", _HERO), backend="wan")
    film = _film(first, _on("s0"))
    request = _ask(film, 1).request
    assert request.shot.handover is not None
    assert [one.reference for one in request.shot.handover.shown] == [_HERO.blob]
    assert not request.shot.sources(Part.SUBJECT)


def test_another_first_shot_is_another_wish_and_is_said() -> None:
    film = _film(_made(), _on("s0"))
    other = _film(replace(_made(), seed=6), _on("s0"))
    (_, old), (_, new) = (
        planned_clips(one, delivery_of(one, draft=False)) for one in (film, other)
    )
    assert old.asked != new.asked
    (text,) = changed_fields(old.asked, new.asked)
    assert text == "goes on from shot s0: clip.source.seed 5 -> 6, clip.seed 5 -> 6"
    alone = _film(_made(), _made())
    (_, plain) = planned_clips(alone, delivery_of(alone, draft=False))
    assert "goes on from s0 -> nothing" in changed_fields(old.asked, plain.asked)
    assert not changed_fields(old.asked, old.asked)


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        ((_on("s7"),), "shot s0 goes on from shot s7: that shot is not before it in the film"),
        ((_on("s0"),), "that shot is not before it"),
        ((Footage("ride", digest("ride"), MediaKind.VIDEO), _on("s0")), "that shot shows @ride"),
        ((Generated(PROCEDURAL, "flow", ""), _on("s0")), "that shot is drawn; expected one that a"),
        (
            (replace(_made(), task=STILL, opening=_made()), _on("s0")),
            "that shot is a still; expected a clip",
        ),
        (
            (
                replace(_made(), keeps=Kept("x", Region(((0, 0), (1, 0), (1, 1))), digest("x"))),
                _on("s0"),
            ),
            "that shot is an edit of a region, which has no latents",
        ),
        ((_made(), _on("s0", overlap_frames=0)), "overlap_frames 0: expected 1 to 20 latent"),
        ((_made(), _on("s0", overlap_frames=21)), "overlap_frames 21: expected 1 to 20 latent"),
        (
            (_made(model="wan2.2-ti2v-5b"), _on("s0")),
            r"works on latents of wan-vae-2\.1; shot s0 has those of wan-vae-2\.2",
        ),
        ((_made(), _on("s0", model="wan2.1-t2v-14b")), "wan2.1-t2v-14b has no task continue"),
        ((_made(), replace(_made(), continues="s0")), "task text_to_video of a shot that goes on"),
        ((_made(overlap_frames=2),), "overlap_frames with task text_to_video; expected continues"),
        ((_made("continue"),), "task continue with nothing to go on from; expected continues: tr"),
    ],
)
def test_what_cannot_be_gone_on_from_is_refused(sources: tuple[Source, ...], found: str) -> None:
    film = _film(*sources)
    with pytest.raises(InvalidInput, match=found):
        _ask(film, len(sources) - 1)


def test_models_that_make_other_sizes_are_refused_with_both_figures() -> None:
    film = _film(_made(), _on("s0", model="wan2.1-vace-14b"), size=Size(1280, 720))
    with pytest.raises(
        InvalidInput,
        match=r"wan2\.1-vace-14b would make 1280x720 at 16 frames a second; shot s0 is 832x464",
    ):
        _ask(film, 1)


def test_a_transition_needs_as_much_as_both_shots_share() -> None:
    film = _film(_made(), _on("s0", overlap_frames=1))
    short = replace(film, transitions=(Transition("s1", TransitionKind.DISSOLVE, 4),))
    head = _wish(short, 1)
    assert head.head_frames == 2
    assert head.start_seconds == _wish(film, 1).start_seconds
    long = replace(film, transitions=(Transition("s1", TransitionKind.DISSOLVE, 40),))
    with pytest.raises(
        InvalidInput, match=r"a transition of 20 frames before its cut needs 0\.67 s"
    ):
        _wish(long, 1)


def test_an_edit_of_a_shot_that_goes_on_still_knows_from_what() -> None:
    kept = Kept("x", Region(((0, 0), (1, 0), (1, 1))), generated=_on("s0"))
    edit = replace(_made("masked_edit", model="wan2.1-vace-1.3b"), keeps=kept)
    assert continued_by(edit) == kept.generated
    film = _film(_made(), edit)
    after = _wish(film, 1).after
    assert after == continuation_of(film.shots[1], film)
    assert after is not None
    assert after.shot_id == "s0"
    assert _wish(film, 1).start_seconds == 0


def test_before_a_film_is_planned_a_shot_stands_in_for_the_one_before() -> None:
    wish = GenerateWish(_made("continue"), 5, 30, 0, Size(640, 480), _RATE)
    asked = ask_of(after_another(wish), MemoryBlobs(), "").request
    assert asked.shot.handover is not None
    assert asked.shot.handover.frames == 4
    plain = replace(wish, source=_made())
    assert after_another(plain) is plain
    assert overlap_of(_made("continue"), find_model("ltx-2")[1]) == 2


def test_an_edit_of_a_shot_that_goes_on_needs_as_much_before_its_transition() -> None:
    params = params_of(model="wan2.2-ti2v-5b")
    on = replace(_on("s0"), params=params)
    edit = replace(_made("instruct", model="lucy-edit-dev"), keeps=Kept("g", None, generated=on))
    film = _film(replace(_made(), params=params), edit)
    dissolved = replace(film, transitions=(Transition("s1", TransitionKind.DISSOLVE, 16),))
    with pytest.raises(InvalidInput, match=r"needs 0\.27 s that both show, and they share 0\.12"):
        _wish(dissolved, 1)
    assert _wish(film, 1).head_frames == 0
