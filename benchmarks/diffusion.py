"""What a generator without encoders holds, how soon it stops, and what its first step costs.

Bytes are counted on the meta device from the published configurations, against the stock pipeline
that holds all parts; nothing is downloaded. Times are CPU seconds of tiny random weights: what is
ours of a step, beside diffusers' own loop in the same run. `--figures FILE` measures this
machine's operations a second for `ONBEAT_DEVICE_FIGURES`; other flags are those of
`benchmarks.diffusion_device`.
"""

from __future__ import annotations

import argparse
import datetime
import itertools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

GB = 1e9
REPEATS = 5
# Layers and widths of the published text encoders and CLIP; transformers' classes, no weights.
_UMT5 = {"vocab_size": 256384, "d_model": 4096, "d_kv": 64, "d_ff": 10240, "num_layers": 24,
         "num_heads": 64, "relative_attention_num_buckets": 32}  # fmt: skip
_CLIP = {"hidden_size": 1280, "intermediate_size": 5120, "num_hidden_layers": 32,
         "num_attention_heads": 16, "image_size": 224, "patch_size": 14}  # fmt: skip
_WAN: dict[str, dict[str, Any]] = {
    "wan2.1-t2v-1.3b": {"num_attention_heads": 12, "ffn_dim": 8960, "num_layers": 30},
    "wan2.1-i2v-14b-480p": {"num_attention_heads": 40, "ffn_dim": 13824, "num_layers": 40,
                            "in_channels": 36, "image_dim": 1280},
    "wan2.1-vace-14b": {"num_attention_heads": 40, "ffn_dim": 13824, "num_layers": 40,
                        "vace_layers": list(range(0, 40, 5)), "vace_in_channels": 96},
}  # fmt: skip


_COSTED = (
    "wan2.1-t2v-1.3b", "wan2.1-t2v-14b", "wan2.2-t2v-a14b", "wan2.2-ti2v-5b", "wan2.1-vace-14b",
    "ltx-2",
)  # fmt: skip


def parameter_bytes(model: Any, size: int = 2) -> float:
    """GB of a model's numbers, each of `size` bytes."""
    return float(size * sum(one.numel() for one in model.parameters()) / GB)


def resident() -> list[str]:
    """A row for each model: what the stock pipeline holds, and what ours does."""
    import diffusers
    import torch
    import transformers

    with torch.device("meta"):
        umt5 = parameter_bytes(transformers.UMT5EncoderModel(transformers.UMT5Config(**_UMT5)))
        clip = parameter_bytes(transformers.CLIPVisionModel(transformers.CLIPVisionConfig(**_CLIP)))
        vae = parameter_bytes(diffusers.AutoencoderKLWan(), size=4)
        rows = []
        for name, config in _WAN.items():
            kind = "WanVACETransformer3DModel" if "vace" in name else "WanTransformer3DModel"
            denoiser = parameter_bytes(getattr(diffusers, kind)(**config))
            encoders = umt5 + (clip if "i2v" in name else 0)
            stock = denoiser + encoders + vae
            rows.append(
                f"| {name} | {stock:.1f} | {denoiser + vae:.1f} | {encoders:.1f} "
                f"({100 * encoders / stock:.0f} %) |"
            )
    return rows


def costs() -> list[str]:
    """A row for each model and size: what a clip of 81 frames costs, and what must be there."""
    from fractions import Fraction

    from shared.diffusion import BundleCondition, DiffusionRequest
    from shared.digest import Digest
    from shared.families.catalogue import find_model
    from shared.families.defaults import defaults_of
    from shared.families.device import cost_of, memory_need_gb
    from shared.families.family import FamilyShot, Task
    from shared.families.request import Geometry

    words = Digest.of_bytes(b"words")
    rows = []
    for name, size in itertools.product(_COSTED, ((832, 480), (1280, 704))):
        model = find_model(name)[1]
        if size[0] * size[1] > model.grid.max_pixels:
            continue
        guidance, steps = defaults_of(model)
        geometry = Geometry(*size, 81, Fraction(model.grid.frame_rate))
        names = (BundleCondition("text.neg", words), BundleCondition("text.pos", words))
        shot = FamilyShot(name, words, words)
        asked = DiffusionRequest(Task.TEXT, shot, geometry, names, 0, steps, guidance)
        cost, weights = cost_of(asked), model.weights_gb * model.experts
        need = [f"{memory_need_gb(asked, weights, how):.1f}" for how in ("none", "model", "block")]
        rows.append(
            f"| {name} | {size[0]}x{size[1]} | {cost.petaflop_per_step:.2f} | {steps} | "
            f"{cost.petaflop:.0f} | {' | '.join(need)} |"
        )
    return rows


class Context:
    """A store in memory, and a clock that stops the work when told to."""

    def __init__(self, blobs: Any) -> None:
        self.blobs = blobs
        self.stop_after: int | None = None
        self.asked = 0
        self.stopped_at = 0.0

    def progress(self, _: float) -> None:
        from shared.errors import Cancelled

        self.asked += 1
        if self.stop_after is not None and self.asked >= self.stop_after:
            self.stopped_at = time.perf_counter()
            raise Cancelled("cancelled")


def cpu(work: Any) -> float:
    """CPU milliseconds of one call."""
    started = time.process_time()
    work()
    return 1000 * (time.process_time() - started)


def tiny_times(folder: Path) -> list[str]:
    """First steps cold and warm, steps beside the stock loop, and how soon a cancel is heard."""
    from services.generator.diffusion import resident as kept
    from services.generator.diffusion.denoise import perform
    from shared.diffusion import DenoiseRequest
    from shared.errors import Cancelled
    from shared.families.family import Task
    from tests.encoder.families import tiny
    from tests.encoder.families.desk import Desk, size
    from tests.generator.diffusion import oracle
    from tests.generator.diffusion.studio import Studio, replaced, save_denoisers

    components = save_denoisers(tiny.save_components(folder / "weights"))
    os.environ["ONBEAT_WEIGHTS"] = str(components)
    studio = Studio(Desk(folder), components)
    geometry = size(256, 256, 17)
    request = studio.request(Task.TEXT, "wan2.1-t2v-1.3b", geometry, steps=1)
    long = replaced(request, steps=8)
    context = Context(studio.desk.blobs)

    def run(asked: Any) -> None:
        perform(DenoiseRequest(asked, 0, None), context)

    kept.forget()
    cold = cpu(lambda: run(request))
    warm = statistics.median(cpu(lambda: run(request)) for _ in range(REPEATS))
    ours = statistics.median(cpu(lambda: run(long)) for _ in range(REPEATS))
    stock = oracle.wan(components, "wan2.1-t2v-1.3b")
    call: dict[str, Any] = {"num_inference_steps": 8, "output_type": "latent"}
    theirs = statistics.median(
        cpu(lambda: oracle.film(stock, geometry, **call)) for _ in range(REPEATS)
    )
    waits = []
    for after in range(3, 3 + REPEATS):
        context.asked, context.stop_after = 0, after
        try:
            run(long)
        except Cancelled:
            waits.append(1000 * (time.perf_counter() - context.stopped_at))
    context.stop_after = None
    block = (ours - warm) / 7 / 4
    return [
        f"| first step, weights read and verified (cold) | {cold:.0f} CPU ms |",
        f"| first step, resident (warm) | {warm:.0f} CPU ms |",
        f"| 8 steps, ours | {ours:.0f} CPU ms |",
        f"| 8 steps, stock pipeline with its encoder | {theirs:.0f} CPU ms "
        f"({theirs / ours:.2f} times ours) |",
        f"| from cancel to its error, median | {statistics.median(waits):.1f} ms; a block is "
        f"{block:.1f} CPU ms |",
    ]


def teraflops() -> float:
    """10^12 operations a second of a guided step of Wan-like blocks on `ONBEAT_DEVICE`."""
    import torch
    from diffusers import WanTransformer3DModel

    from services.generator.diffusion.loading import device
    from shared.families.cost import Stack

    place = device()
    wide = place != "cpu"
    heads, layers, inner = (12, 30, 8960) if wide else (4, 2, 2048)
    dtype = torch.bfloat16 if wide else torch.float32
    frames, side = (21, 60) if wide else (5, 32)
    with torch.device(place):
        model = WanTransformer3DModel(
            num_attention_heads=heads, ffn_dim=inner, num_layers=layers
        ).to(dtype)
        given = {
            "hidden_states": torch.randn(1, 16, frames, side, side, dtype=dtype),
            "timestep": torch.tensor([500.0]),
            "encoder_hidden_states": torch.randn(1, 512, 4096, dtype=dtype),
        }
    operations = Stack(layers, heads * 128, inner).operations(frames * side * side // 4)
    times = []
    with torch.no_grad():
        for _ in range(REPEATS + 1):
            started = time.perf_counter()
            model(**given, return_dict=False)
            if wide:
                torch.cuda.synchronize()
            times.append(time.perf_counter() - started)
    return operations / statistics.median(times[1:]) / 1e12


def write_figures(path: Path) -> None:
    """Measure this device and write what `ONBEAT_DEVICE_FIGURES` names."""
    from services.generator.diffusion.admission import free_memory_gb
    from services.generator.diffusion.loading import device
    from shared.families.device import DeviceFigures
    from shared.schema import to_json

    name = device()
    if name != "cpu":
        import torch

        name = torch.cuda.get_device_name(name)
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    path.write_bytes(to_json(DeviceFigures(name, teraflops(), free_memory_gb() or 0.0, now)))


def table() -> str:
    """The tables of this benchmark."""
    lines = ["| model, bfloat16 | stock pipeline, GB | ours, GB | not held |", "|---|---|---|---|"]
    lines += resident()
    lines += [
        "",
        "| 81 frames, guided | size | PFLOP a step | steps | PFLOP | GB | by expert | by block |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += costs()
    lines += ["", "| tiny random weights, 256x256, 17 frames | |", "|---|---|"]
    with tempfile.TemporaryDirectory() as name:
        lines += tiny_times(Path(name))
    return "\n".join(lines)


def main(words: Sequence[str] | None = None) -> int:
    """Write a device's figures (`--figures FILE`), or what a step costs on it (`--device`)."""
    from benchmarks import diffusion_device

    given = list(sys.argv[1:] if words is None else words)
    if "--figures" not in given:
        return diffusion_device.main(given)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--figures", type=Path, help="measure this device and write its figures")
    arguments = parser.parse_args(given)
    write_figures(arguments.figures)
    print(arguments.figures.read_text())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
