"""What each shot is asked to draw: exactly its type, in its own frames."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.gateway.build_plan import delivery_of, planned_clips
from services.gateway.captions_lettering import (
    card_frame,
    lettering_in,
    lettering_of_caption,
    lettering_of_title,
    shifted,
    shown_captions,
    title_span,
)
from shared.captions import Anchor, CaptionDelivery, CaptionStyle, TitleKind
from shared.errors import InvalidInput
from shared.lettering import LetteringKind
from shared.requests import RenderRequest, TransitionRequest
from shared.timeline import Timeline, Transition, TransitionKind
from tests.gateway.typed_film import cue, title, typed_timeline


def asked(timeline: Timeline) -> list[list[str]]:
    """The texts that each clip of a film is asked to draw."""
    clips = planned_clips(timeline, delivery_of(timeline, draft=False))
    return [[" ".join(item.lines) for item in clip.request.lettering] for clip in clips]


def test_type_is_in_the_requests_of_exactly_the_shots_that_show_it() -> None:
    timeline = typed_timeline(cue(1, 10, 40, "One"), cue(2, 100, 40, "Two"))
    assert asked(timeline) == [["One"], ["Two"], ["Two"], []]
    plain = replace(timeline, captions=(), titles=())
    assert asked(plain) == [[], [], [], []]


def test_captions_in_files_alone_are_in_no_request() -> None:
    timeline = typed_timeline(cue(1, 10, 40, "One"), caption_delivery=CaptionDelivery.FILES)
    assert shown_captions(timeline) == ()
    assert asked(timeline) == [[], [], [], []]


def test_frames_are_the_shots_own() -> None:
    timeline = typed_timeline(cue(1, 100, 40, "One two"))
    first = planned_clips(timeline, delivery_of(timeline, draft=False))[1].request
    second = planned_clips(timeline, delivery_of(timeline, draft=False))[2].request
    assert isinstance(first, RenderRequest)
    assert isinstance(second, RenderRequest)
    (one,), (other,) = first.lettering, second.lettering
    assert (one.start_frame, one.end_frame) == (40, 80)
    assert (other.start_frame, other.end_frame) == (-20, 20)
    assert [word.start_frame for word in one.words] == [40, 60]


def test_a_shot_does_not_care_when_its_cue_began_long_before() -> None:
    long, longer = typed_timeline(cue(1, 70, 100, "One")), typed_timeline(cue(1, 30, 140, "One"))
    assert lettering_in(long, 120, 180) == lettering_in(longer, 120, 180)
    assert lettering_in(long, 60, 120) != lettering_in(longer, 60, 120)


def test_under_a_transition_type_is_drawn_once_on_the_mix() -> None:
    timeline = replace(
        typed_timeline(cue(1, 40, 50, "One")),
        transitions=(Transition("s2-aaaaa", TransitionKind.DISSOLVE, 10),),
    )
    first, mixed, second, *_ = (
        clip.request for clip in planned_clips(timeline, delivery_of(timeline, draft=False))
    )
    assert isinstance(mixed, TransitionRequest)
    assert mixed.outgoing.lettering == mixed.incoming.lettering == ()
    assert (mixed.lettering[0].start_frame, mixed.lettering[0].end_frame) == (-15, 34)
    assert isinstance(first, RenderRequest)
    assert isinstance(second, RenderRequest)
    assert first.lettering[0].start_frame == 40
    # Counted from the shot's first frame, although it is rendered from its sixth.
    assert second.span == (5, 60)
    assert second.lettering[0].start_frame == -19
    assert second.lettering[0].end_frame == 30


@pytest.mark.parametrize(
    ("anchor", "shot", "span"),
    [
        (Anchor.START, None, (10, 55)),
        (Anchor.END, None, (230, 275)),
        (Anchor.SHOT, "s3-aaaaa", (130, 175)),
        (Anchor.SHOT, "s9-aaaaa", None),
    ],
)
def test_titles_go_with_what_they_are_anchored_to(
    anchor: Anchor, shot: str | None, span: tuple[int, int] | None
) -> None:
    item = title(anchor=anchor, shot=shot, offset_frames=10)
    timeline = typed_timeline(titles=(item,))
    assert title_span(item, timeline) == span
    assert (lettering_of_title(timeline, item) is None) == (span is None)


def test_an_end_card_is_over_everything_and_hides_later_cues() -> None:
    card = title(TitleKind.END_CARD, 60, anchor=Anchor.END, offset_frames=60, enter_frames=9)
    timeline = typed_timeline(cue(1, 170, 30, "Cut"), cue(2, 200, 30, "Gone"), titles=(card,))
    assert card_frame(timeline) == 180
    assert asked(timeline)[2:] == [["Cut"], ["Two words"]]
    assert lettering_of_caption(timeline, timeline.captions[0]).end_frame == 180


def test_only_the_end_card_has_the_logo() -> None:
    timeline = typed_timeline(cue(1, 0, 30, "One"))
    assert timeline.brand is not None
    timeline = replace(timeline, brand=replace(timeline.brand, logo=timeline.cut_plan))
    card = title(TitleKind.END_CARD, anchor=Anchor.END, offset_frames=45)
    found = lettering_of_title(timeline, card)
    assert found is not None
    assert found.brand.logo == timeline.cut_plan
    assert lettering_of_caption(timeline, timeline.captions[0]).brand.logo is None


def test_kinetic_type_is_loud_and_keeps_its_scrim_between_cues() -> None:
    timeline = typed_timeline(
        cue(1, 0, 30, "Wake up,", "slowly."), cue(2, 30, 30, "Now."), cue(3, 80, 30, "Later"),
        caption_style=CaptionStyle.KINETIC,
    )  # fmt: skip
    one, two, three = (lettering_of_caption(timeline, item) for item in timeline.captions)
    assert one.kind is LetteringKind.KINETIC
    assert one.lines == ("WAKE UP", "SLOWLY")
    assert [word.text for word in one.words] == ["WAKE", "UP", "SLOWLY"]
    joins = [(item.joins_before, item.joins_after) for item in (one, two, three)]
    assert joins == [(False, True), (True, False), (False, False)]


def test_shifting_moves_words_as_well() -> None:
    timeline = typed_timeline(cue(1, 10, 30, "One two"))
    (item,) = shifted(lettering_in(timeline, 0, 60), 5)
    assert (item.start_frame, item.words[1].start_frame) == (15, 30)


def test_type_without_fonts_is_refused() -> None:
    timeline = replace(typed_timeline(cue(1, 10, 30, "One")), brand=None)
    with pytest.raises(InvalidInput, match="needs a brand"):
        lettering_in(timeline, 0, 60)
