"""What encoders found, drawn: boxes and palette on a photo, curves of a video or a sound."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from shared.brief import MediaKind
from shared.camera_motion import VIDEO_CAMERA
from shared.errors import InvalidInput
from shared.observation import IMAGE_STYLE, VIDEO_MOTION
from shared.recognition import (
    AUDIO_KIND,
    IMAGE_COMPOSITION,
    IMAGE_FACES,
    IMAGE_FEATURES,
    IMAGE_LABELS,
    VIDEO_PICTURES,
    VIDEO_SHOTS,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from services.gateway.encoding import Condition, Encoded

_WIDTH_INCHES, _ROW_INCHES, _DPI = 10.0, 1.8, 110
_PICTURE_SIDE_PIXELS = 720
_MOST_KEY_FRAMES = 8
_FACE, _SUBJECT, _CALM = "#ff3b6b", "#ffd23b", "#3bd1ff"


def findings_plot(found: Encoded) -> bytes:
    """A PNG of what was found; raises `InvalidInput` where there is nothing to draw."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    draw = {
        MediaKind.IMAGE: _draw_image,
        MediaKind.VIDEO: _draw_video,
        MediaKind.AUDIO: _draw_rows,
    }.get(found.kind)
    if draw is None:
        raise InvalidInput(f"{found.path}: there is nothing to draw of a {found.kind.value}")
    figure = Figure(figsize=(_WIDTH_INCHES, _WIDTH_INCHES), layout="constrained", dpi=_DPI)
    FigureCanvasAgg(figure)
    draw(figure, found)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()


def _draw_image(figure: Figure, found: Encoded) -> None:
    from shared.media.photo import load_photo

    rgb = load_photo(found.path, max_side=_PICTURE_SIDE_PIXELS)
    names = _names(found)
    heights = [8.0, *([0.6] if IMAGE_STYLE in found.conditions else []), *([2.0] if names else [])]
    rows = iter(figure.subplots(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0])
    axes = next(rows)
    axes.imshow(rgb)
    axes.set_axis_off()
    axes.set_title(found.path.name)
    size = np.array([rgb.shape[1], rgb.shape[0]])
    _draw_boxes(axes, found, size)
    if style := found.conditions.get(IMAGE_STYLE):
        _draw_palette(next(rows), style)
        place = [style.manifest.values[key] for key in ("saliency_x", "saliency_y")]
        axes.plot(*(np.array(place, float) * size), "+", color="white", ms=14, mew=2)
    if names:
        bars = next(rows)
        bars.barh([name for name, _ in names][::-1], [weight for _, weight in names][::-1])
        bars.set_xlim(0, 1)


def _names(found: Encoded) -> list[tuple[str, float]]:
    for encoder, values, tensor in (
        (IMAGE_LABELS, "names", "weights"),
        (IMAGE_FEATURES, "classes", "probabilities"),
    ):
        if condition := found.conditions.get(encoder):
            names = str(condition.manifest.values[values]).split("\n")
            weights = [float(weight) for weight in condition.tensors[tensor]]
            return list(dict(zip(names, weights, strict=True)).items())[:5]
    return []


def _draw_boxes(axes: Axes, found: Encoded, size: np.ndarray) -> None:
    if faces := found.conditions.get(IMAGE_FACES):
        for box, marks in zip(faces.tensors["boxes"], faces.tensors["landmarks"], strict=True):
            _draw_box(axes, box, size, _FACE, "face")
            axes.plot(*(marks * size).T, ".", color=_FACE)
    if composition := found.conditions.get(IMAGE_COMPOSITION):
        _draw_box(axes, composition.tensors["subject"], size, _SUBJECT, "subject")
        _draw_box(axes, composition.tensors["calm"], size, _CALM, "room for type")


def _draw_box(axes: Axes, box: np.ndarray, size: np.ndarray, color: str, name: str) -> None:
    from matplotlib.patches import Rectangle

    corner, extent = box[:2] * size, box[2:] * size
    axes.add_patch(Rectangle(tuple(corner), *extent, fill=False, ec=color, lw=2))
    axes.text(
        float(corner[0]),
        float(corner[1]),
        f" {name}",
        color=color,
        va="top",
        fontsize=9,
        weight="bold",
    )


def _draw_palette(axes: Axes, style: Condition) -> None:
    left = 0.0
    for color, weight in zip(
        style.tensors["palette_rgb"], style.tensors["palette_weights"], strict=True
    ):
        axes.barh(0, float(weight), left=left, color=tuple(float(part) for part in color))
        left += float(weight)
    axes.set_xlim(0, 1)
    axes.set_axis_off()


def _draw_video(figure: Figure, found: Encoded) -> None:
    pictures = found.conditions.get(VIDEO_PICTURES)
    if pictures is None:
        _draw_rows(figure, found)
        return
    halves: Any = figure.subfigures(2, 1, height_ratios=[3, 1])
    curves, strip = halves
    _draw_rows(curves, found)
    keys = np.linspace(0, len(pictures.tensors["key_pts"]) - 1, _MOST_KEY_FRAMES)
    chosen = sorted({round(key) for key in keys})
    cells = strip.subplots(1, len(chosen), squeeze=False)[0]
    names = str(pictures.manifest.values["names"]).split("\n")
    tick = Fraction(str(pictures.manifest.values["time_base"]))
    for axes, key in zip(cells, chosen, strict=True):
        seconds = int(pictures.tensors["key_pts"][key]) * tick
        rgb = _frame(found, seconds)
        axes.imshow(rgb)
        axes.set_axis_off()
        axes.set_title(f"{float(seconds):.1f} s\n{names[key].partition(',')[0][:22]}", fontsize=7)
        if pictures.tensors["num_faces"][key]:
            size = np.array([rgb.shape[1], rgb.shape[0]])
            _draw_box(axes, pictures.tensors["face_boxes"][key], size, _FACE, "")


def _frame(found: Encoded, seconds: Fraction) -> np.ndarray:
    from shared.media.video import VideoReader

    with VideoReader(found.path) as reader:
        scale = 240 / max(reader.width, reader.height)
        size = (max(2, round(reader.width * scale)), max(2, round(reader.height * scale)))
        return next(reader.frames_at([seconds])).rgb(*size)


def _draw_rows(figure: Any, found: Encoded) -> None:
    """One row of curves for each encoder that has curves, over one axis of seconds."""
    drawn = [name for name in found.conditions if name in _CURVES]
    if not drawn:
        raise InvalidInput(f"{found.path}: none of these encoders has anything to draw")
    rows = figure.subplots(len(drawn), 1, sharex=True, squeeze=False)[:, 0]
    figure.suptitle(found.path.name)
    for axes, name in zip(rows, drawn, strict=True):
        _CURVES[name](axes, found.conditions[name])
        axes.legend(loc="upper right", fontsize=7)
        axes.set_ylabel(name, fontsize=8)
    rows[-1].set_xlabel("seconds")


def _seconds(condition: Condition) -> np.ndarray:
    tick = float(Fraction(str(condition.manifest.values["time_base"])))
    return np.asarray(condition.tensors["pts"] * tick)


def _mark_shots(axes: Axes, condition: Condition, seconds: np.ndarray) -> None:
    for start in condition.tensors["shot_starts"][1:]:
        axes.axvline(seconds[start], color="black", lw=0.8, ls=":")


def _motion(axes: Axes, condition: Condition) -> None:
    seconds = _seconds(condition)
    axes.plot(seconds, condition.tensors["flow_magnitude"], lw=0.9, label="motion, widths/s")
    axes.plot(seconds, condition.tensors["luma"], lw=0.9, label="light")
    _mark_shots(axes, condition, seconds)


def _camera(axes: Axes, condition: Condition) -> None:
    seconds, tensors = _seconds(condition), condition.tensors
    for name, label in (("pan", "pan, widths/s"), ("tilt", "tilt"), ("zoom", "zoom, log/s")):
        axes.plot(seconds, tensors[name], lw=0.9, label=label)
    axes.plot(seconds, np.radians(tensors["roll"]), lw=0.9, label="roll, radians/s")


def _shots(axes: Axes, condition: Condition) -> None:
    seconds = _seconds(condition)
    axes.plot(seconds, condition.tensors["likelihood"], lw=0.9, label="a shot ends")
    for first, last in condition.tensors["transitions"]:
        axes.axvspan(seconds[first], seconds[last], color="orange", alpha=0.3)
    _mark_shots(axes, condition, seconds)


def _sound(axes: Axes, condition: Condition) -> None:
    tensors = condition.tensors
    level = np.clip(tensors["momentary_lufs"], -60, 0) / 60 + 1
    axes.plot(0.2 + 0.1 * np.arange(len(level)), level, lw=0.7, label="loudness, -60..0 LUFS")
    for name in ("speech", "music"):
        axes.step(np.arange(len(tensors[name])), tensors[name], where="post", label=name)
    axes.set_ylim(0, 1.05)


_CURVES = {VIDEO_MOTION: _motion, VIDEO_CAMERA: _camera, VIDEO_SHOTS: _shots, AUDIO_KIND: _sound}
