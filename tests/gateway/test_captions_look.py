"""Looking behind type: which stills are wanted, and what is read out of them, by real actions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from services.gateway.captions_look import Behind, Still, drawn, glances, look_behind
from services.gateway.embedded import embedded_runner
from shared.brand import luminance
from shared.brief import Size
from shared.captions import CaptionDelivery
from shared.requests import Quality
from shared.set_lines import Box
from shared.settings import Settings
from tests.gateway.typed_film import cue, typed_timeline
from tests.shared.sourced import footage


def test_stills_are_wanted_of_the_shots_with_type_alone() -> None:
    timeline = typed_timeline(cue(1, 70, 40, "One"), cue(2, 110, 30, "Two"))
    found = glances(timeline)
    assert [glance.shot_id for glance in found] == ["s2-aaaaa", "s3-aaaaa"]
    assert found[0].film_frames == (70, 89, 109, 110, 114, 119)
    assert found[0].request.frames == (10, 29, 49, 50, 54, 59)
    assert found[1].film_frames == (120, 129, 139)
    assert found[0].request.render.lettering == ()
    assert found[0].request.render.delivery.quality is Quality.DRAFT
    assert glances(replace(timeline, captions=())) == ()
    assert glances(replace(timeline, caption_delivery=CaptionDelivery.FILES)) == ()


def test_words_do_not_change_what_is_looked_at() -> None:
    one, other = (typed_timeline(cue(1, 70, 40, text)) for text in ("One", "Other words"))
    assert glances(one) == glances(other)


@pytest.mark.parametrize(
    ("size", "still"), [(Size(1920, 1080), (320, 180)), (Size(1080, 1920), (180, 320))]
)
def test_a_sheet_of_stills_suits_the_face_finder(size: Size, still: tuple[int, int]) -> None:
    (glance,) = glances(typed_timeline(cue(1, 0, 50, "One"), size=size, shots=1))
    delivery = glance.request.render.delivery.size
    assert (delivery.width, delivery.height) == still
    assert glance.request.columns * delivery.width <= 640


def test_light_is_measured_in_the_box_at_its_worst() -> None:
    rgb = np.full((100, 200, 3), 30, np.uint8)
    rgb[60:, :100] = 200
    rgb[60:62, 100:110] = 255  # too little to count
    seen = Still(0, rgb, ())
    left, right = Box(10, 50, 90, 90), Box(110, 50, 190, 90)
    assert seen.luminance_behind(left, is_light=True) == pytest.approx(luminance((200,) * 3))
    assert seen.luminance_behind(left, is_light=False) == pytest.approx(luminance((30,) * 3))
    assert seen.luminance_behind(right, is_light=True) == pytest.approx(luminance((30,) * 3))


async def test_faces_and_light_are_found_by_the_real_services(tmp_path: Path) -> None:
    import skimage

    portrait = Path(skimage.__file__).parent / "data" / "astronaut.png"
    Image.open(portrait).convert("RGB").save(tmp_path / "face.png")
    async with embedded_runner(Settings(tmp_path / "store")) as runner:
        blob = runner.blobs.put_file(tmp_path / "face.png")
        timeline = typed_timeline(cue(1, 5, 30, "One"), cue(2, 40, 10, "Two"), shots=1)
        shot = timeline.shots[0]
        shot = replace(
            shot,
            source=replace(footage(shot), blob=blob),
            framing=replace(shot.framing, center_y=0.2),
        )
        timeline = replace(timeline, shots=(shot,))
        behind = await look_behind(runner, timeline)
    assert [still.film_frame for still in behind.stills] == [5, 19, 34, 40, 44, 49]
    assert behind.notes == ()
    for still in behind.stills:
        assert still.rgb.shape == (180, 320, 3)
        (face,) = still.faces
        # Where it is in the crop: right of the left third's middle, in the upper two thirds.
        assert 110 < (face.left + face.right) / 2 < 180
        assert 0 < face.top < face.bottom < 180
    items = drawn(timeline)
    assert [still.film_frame for still in behind.under(items["c2"])] == [40, 44, 49]
    assert Behind().under(items["c1"]) == ()
