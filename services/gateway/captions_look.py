"""Looking at what is behind type: stills of shots without it, and the faces and light in them."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from services.gateway.alignment import Wishes, align, wish_of
from services.gateway.build_plan import resolve
from services.gateway.captions_lettering import (
    lettering_of_caption,
    lettering_of_title,
    shown_captions,
)
from services.gateway.generating import generate_wish
from shared.brand import luminance
from shared.brief import Size
from shared.errors import OnbeatError
from shared.lettering import Lettering
from shared.requests import Delivery, EncodeRequest, Quality, RenderRequest, StillsRequest
from shared.runner import Runner
from shared.set_lines import Box
from shared.timeline import Timeline
from shared.weights import WeightsUnavailable

if TYPE_CHECKING:
    import numpy as np

    from shared.recognition import Faces

# Faces are looked for in a picture of 640 pixels: six stills share one.
_STILL_PIXELS, _MAX_STILLS = 320, 6
_COLUMNS, _UPRIGHT_COLUMNS = 2, 3
# A share of the picture's pixels may be lighter (or darker) than what contrast is measured with.
_OUTLIERS_PERCENT = 5


@dataclass(frozen=True, slots=True)
class Glance:
    """The stills that are wanted of one shot; `film_frames` are where they stand in the film."""

    shot_id: str
    request: StillsRequest
    wishes: Wishes
    film_frames: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """What a film frame shows behind type: uint8 [H, W, 3], sRGB, and boxes of faces in pixels."""

    film_frame: int
    rgb: np.ndarray
    faces: tuple[Box, ...]

    @property
    def size(self) -> Size:
        """Its size."""
        return Size(self.rgb.shape[1], self.rgb.shape[0])

    def luminance_behind(self, box: Box, *, is_light: bool) -> float:
        """How light the picture in a box is at its worst for light ink, or for dark ink."""
        import numpy as np

        rows = slice(max(0, int(box.top)), max(1, int(box.bottom) + 1))
        columns = slice(max(0, int(box.left)), max(1, int(box.right) + 1))
        part = self.rgb[rows, columns].reshape(-1, 3)
        if not len(part):
            return 0.0 if is_light else 1.0
        levels = part.astype(np.float64) @ np.array([0.2126, 0.7152, 0.0722])
        worst = np.percentile(levels, 100 - _OUTLIERS_PERCENT if is_light else _OUTLIERS_PERCENT)
        # The pixel nearest to it says its colour: luminance is not linear in levels.
        pixel = part[int(np.argmin(np.abs(levels - worst)))]
        return luminance((float(pixel[0]), float(pixel[1]), float(pixel[2])))


@dataclass(frozen=True, slots=True, eq=False)
class Behind:
    """All stills of a film with type, in order; `notes` say what could not be looked at."""

    stills: tuple[Still, ...] = ()
    notes: tuple[str, ...] = ()

    def under(self, lettering: Lettering) -> tuple[Still, ...]:
        """The stills from the frames on which a piece of type is seen."""
        first, end = lettering.start_frame, lettering.end_frame
        return tuple(still for still in self.stills if first <= still.film_frame < end)


def drawn(timeline: Timeline) -> dict[str, Lettering]:
    """Every piece of type that the picture shows, in film frames, by the id of cue or title."""
    found = {item.id: lettering_of_caption(timeline, item) for item in shown_captions(timeline)}
    titles = {item.id: lettering_of_title(timeline, item) for item in timeline.titles}
    return found | {name: item for name, item in titles.items() if item is not None}


def glances(timeline: Timeline) -> tuple[Glance, ...]:
    """The stills to look at, shot by shot: where type begins, in its middle and at its end."""
    spans = [(item.start_frame, item.end_frame) for item in drawn(timeline).values()]
    delivery = Delivery(_still_size(timeline.size), timeline.frame_rate, Quality.DRAFT)
    columns = _COLUMNS if timeline.size.width >= timeline.size.height else _UPRIGHT_COLUMNS
    found = []
    for shot, start in zip(timeline.shots, timeline.start_frames(), strict=True):
        frames = _frames_in(spans, start, start + shot.frames)
        if frames:
            local = tuple(frame - start for frame in frames)
            render = resolve(shot, delivery)
            request = StillsRequest(render, local, min(columns, len(local)))
            wish = generate_wish(shot, timeline) or wish_of(
                shot, timeline.frame_rate, timeline.references
            )
            found.append(Glance(shot.id, request, (wish,), tuple(frames)))
    return tuple(found)


async def look_behind(runner: Runner, timeline: Timeline) -> Behind:
    """Take the stills and find the faces in them; without weights for that a note says so."""
    wanted = glances(timeline)
    if not wanted:
        return Behind()
    looked = await asyncio.gather(*(_look(runner, glance) for glance in wanted))
    stills = tuple(still for found, _ in looked for still in found)
    notes = tuple(dict.fromkeys(note for _, note in looked if note))
    return Behind(stills, notes)


async def _look(runner: Runner, glance: Glance) -> tuple[list[Still], str]:
    import numpy as np
    from PIL import Image

    from shared.recognition import IMAGE_FACES, Faces

    label = f"shot {glance.shot_id}"
    try:
        aligned = await align(runner, glance.request.render, glance.wishes, label)
        assert isinstance(aligned.request, RenderRequest)
        request = replace(glance.request, render=aligned.request)
        sheet = await runner.run(request, label)
    except OnbeatError as error:
        raise error.about(label) from error
    faces, note = None, ""
    try:
        digest = await runner.run(EncodeRequest(IMAGE_FACES, sheet), label)
        faces = Faces.load(runner.blobs, digest)
    except WeightsUnavailable as error:
        note = f"type may cover faces, they could not be looked for: {error.message}"
    with Image.open(io.BytesIO(runner.blobs.read(sheet))) as image:
        rgb = np.asarray(image.convert("RGB"), np.uint8)
    size, columns = request.render.delivery.size, request.columns
    stills = []
    for index, frame in enumerate(glance.film_frames):
        left, top = index % columns * size.width, index // columns * size.height
        part = rgb[top : top + size.height, left : left + size.width]
        found = () if faces is None else _faces_in(faces, rgb.shape, (left, top), size)
        stills.append(Still(frame, part, found))
    return stills, note


def _faces_in(
    faces: Faces, sheet: Sequence[int], corner: tuple[int, int], size: Size
) -> tuple[Box, ...]:
    """Faces whose middle is in one still of a sheet, in that still's pixels."""
    height, width = sheet[0], sheet[1]
    found = []
    for x, y, w, h in faces.boxes:
        left, top = float(x) * width - corner[0], float(y) * height - corner[1]
        box = Box(left, top, left + float(w) * width, top + float(h) * height)
        across, down = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        if 0 <= across < size.width and 0 <= down < size.height:
            found.append(box)
    return tuple(found)


def _frames_in(spans: Sequence[tuple[int, int]], start: int, end: int) -> list[int]:
    """Up to four frames of a shot on which type is seen, spread over it."""
    frames: set[int] = set()
    for first, last in spans:
        begin, stop = max(first, start), min(last, end) - 1
        if begin <= stop:
            frames |= {begin, (begin + stop) // 2, stop}
    chosen = sorted(frames)
    if len(chosen) <= _MAX_STILLS:
        return chosen
    step = (len(chosen) - 1) / (_MAX_STILLS - 1)
    return sorted({chosen[round(index * step)] for index in range(_MAX_STILLS)})


def _still_size(size: Size) -> Size:
    scale = min(1.0, _STILL_PIXELS / max(size.width, size.height))
    return Size(*(max(64, round(side * scale / 2) * 2) for side in (size.width, size.height)))
