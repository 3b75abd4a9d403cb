"""What a step costs on a device, beside stock diffusers in one run: real sizes, random weights.

python -m benchmarks diffusion --device cuda                      # a GPU: the published sizes
python -m benchmarks diffusion --device cuda --model wan2.1-t2v-14b --size 720p
python -m benchmarks diffusion --device cpu --tiny                # the same code, small
python -m benchmarks diffusion --device cpu --layers 7 --size 256x256 --frames 17

The checkpoint is written with random numbers in the published architecture (or `--layers` of it),
pinned, and run by the very action that a film is made by, from stored conditions. Times are wall
clock with the device idle before and after (on a CPU: CPU seconds); a step is what more steps cost.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.cost import pss_bytes
from benchmarks.diffusion_checkpoint import TEXT_WIDTH, Plan, request_of, write_checkpoint

GB = 1e9
SIZES = {"480p": (832, 480), "720p": (1280, 720)}
_REPEATS = 3


@dataclass(frozen=True)
class Figure:
    """One way of running: seconds of the first step cold and warm, of a step, and peak GB."""

    name: str
    cold_seconds: float | None
    warm_seconds: float
    step_seconds: float
    peak_gb: float


@contextmanager
def peak_of(device: str) -> Iterator[Callable[[], float]]:
    """What is held at most meanwhile, in GB: on the device, or of this process's own memory."""
    import threading

    import torch

    if device != "cpu":
        torch.cuda.reset_peak_memory_stats(device)
        yield lambda: torch.cuda.max_memory_allocated(device) / GB
        return
    seen, over = [pss_bytes(os.getpid())], threading.Event()

    def watch() -> None:
        while not over.wait(0.05):
            seen.append(pss_bytes(os.getpid()))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield lambda: max(seen) / GB
    finally:
        over.set()
        thread.join()


def seconds(device: str, work: Callable[[], Any]) -> float:
    """Wall clock of one call, until the device has done it; on a CPU the process's CPU seconds."""
    import torch

    # Other processes on a CPU would be measured too.
    clock = time.process_time if device == "cpu" else time.perf_counter
    started = clock()
    work()
    if device != "cpu":
        torch.cuda.synchronize(device)
    return clock() - started


def measured(plan: Plan, name: str, run: Callable[[int], Any], *, is_cold: bool) -> Figure:
    """The figures of a way of running `n` steps; the first call is cold."""
    with peak_of(plan.device) as peak:
        first = seconds(plan.device, lambda: run(1))
        warm = statistics.median(seconds(plan.device, lambda: run(1)) for _ in range(_REPEATS))
        many = statistics.median(
            seconds(plan.device, lambda: run(plan.steps)) for _ in range(_REPEATS)
        )
        step = (many - warm) / (plan.steps - 1)
        return Figure(name, first if is_cold else None, warm, step, peak())


def ours(plan: Plan, blobs: Any, variant: str) -> Figure:
    """Our action: "plain", "compiled", "cached" (first block cache) or "compiled+cached"."""
    from benchmarks.diffusion import Context
    from services.generator.diffusion import resident
    from services.generator.diffusion.denoise import perform
    from shared.diffusion import DenoiseRequest, Speedups

    speedups = Speedups(
        is_compiled="compiled" in variant,
        first_block_threshold=0.1 if "cached" in variant else None,
    )
    context = Context(blobs)
    resident.forget()
    free(plan.device)

    def run(steps: int) -> None:
        request = replace(request_of(plan, blobs, steps), speedups=speedups)
        perform(DenoiseRequest(request, 0, None), context)

    try:
        return measured(plan, f"ours, {variant}", run, is_cold=True)
    finally:
        resident.forget()
        free(plan.device)


def stock(plan: Plan, root: Path) -> Figure:
    """diffusers' own pipeline on the same files, given prompt embeddings: its loop alone."""
    import diffusers
    import torch

    dtype = torch.float32 if plan.is_tiny else torch.bfloat16
    model = diffusers.WanTransformer3DModel.from_pretrained(
        root / plan.model / "transformer", torch_dtype=dtype
    )
    vae = diffusers.AutoencoderKLWan.from_pretrained(root / "wan-vae-2.1" / "vae")
    scheduler = diffusers.UniPCMultistepScheduler.from_pretrained(root / plan.model / "scheduler")
    pipeline = diffusers.WanPipeline(None, None, vae, scheduler, model.eval())
    pipeline.transformer.to(plan.device)
    pipeline.set_progress_bar_config(disable=True)
    width = 32 if plan.is_tiny else TEXT_WIDTH
    words = torch.randn(1, 512, width, dtype=dtype, device=plan.device)

    def run(steps: int) -> None:
        pipeline(
            prompt_embeds=words, negative_prompt_embeds=words, height=plan.height,
            width=plan.width, num_frames=plan.frames, num_inference_steps=steps,
            guidance_scale=5.0, output_type="latent",
            generator=torch.Generator().manual_seed(7),
        )  # fmt: skip

    return measured(plan, "stock diffusers", run, is_cold=False)


def decode_seconds(plan: Plan, blobs: Any) -> float:
    """Decoding a clip of the plan's size."""
    from benchmarks.diffusion import Context
    from services.generator.diffusion.checkpoint import load_latents
    from services.generator.diffusion.decode import decode_film
    from services.generator.diffusion.denoise import perform
    from shared.diffusion import DecodeRequest, DenoiseRequest

    context, request = Context(blobs), request_of(plan, blobs, 1)
    latents = perform(DenoiseRequest(request, 0, None), context)
    asked = DecodeRequest(request, latents)

    def decode() -> None:
        decode_film(asked, dict(load_latents(blobs, request, latents)), context)

    decode()
    return seconds(plan.device, decode)


def free(device: str) -> None:
    """Give back what nothing holds any more."""
    import torch

    gc.collect()
    if device != "cpu":
        torch.cuda.empty_cache()


def measure(plan: Plan) -> tuple[list[Figure], float]:
    """All figures of a plan, and the seconds of decoding its clip."""
    from services.generator.diffusion import resident
    from shared.blobs import MemoryBlobs

    with tempfile.TemporaryDirectory(prefix="onbeat-bench-") as name:
        write_checkpoint(plan, Path(name))
        kept = {key: os.environ.get(key) for key in ("ONBEAT_WEIGHTS", "ONBEAT_DEVICE")}
        os.environ.update(ONBEAT_WEIGHTS=name, ONBEAT_DEVICE=plan.device)
        try:
            figures = [ours(plan, MemoryBlobs(), variant) for variant in plan.variants]
            figures.insert(1, stock(plan, Path(name)))
            free(plan.device)
            return figures, decode_seconds(plan, MemoryBlobs())
        finally:
            resident.forget()
            for key, value in kept.items():
                os.environ.pop(key) if value is None else os.environ.update({key: value})


def rows(plan: Plan, figures: list[Figure], decode: float, film_steps: tuple[int, ...]) -> str:
    """The tables: ways of running, and what a second of film costs with so many steps."""
    reference = next(one for one in figures if one.name.startswith("stock"))
    lines = [
        f"| {plan.model}{f', {plan.layers} layers' if plan.layers else ''}"
        f"{', tiny' if plan.is_tiny else ''}, {plan.width}x{plan.height}, {plan.frames} frames, "
        f"{plan.device} | first step cold | warm | a step | beside stock | peak |",
        "|---|---|---|---|---|---|",
    ]
    for one in figures:
        cold = "–" if one.cold_seconds is None else f"{one.cold_seconds:.3f} s"
        lines.append(
            f"| {one.name} | {cold} | {one.warm_seconds:.3f} s | {one.step_seconds:.4f} s | "
            f"{reference.step_seconds / one.step_seconds:.2f} | {one.peak_gb:.2f} GB |"
        )
    clip = plan.frames / 16
    lines += ["", f"| a second of film, decoding {decode / clip:.2f} s of it | | ", "|---|---|"]
    for one in figures:
        for steps in film_steps:
            # A step of one prompt alone costs half: 4 steps are those of a distilled model.
            share = 0.5 if steps <= 4 else 1.0
            cost = (one.step_seconds * steps * share + decode) / clip
            lines.append(f"| {one.name}, {steps} steps | {cost:.2f} s |")
    return "\n".join(lines)


def plan_of(words: list[str] | None = None) -> Plan:
    """The plan that command-line words say."""
    from benchmarks.diffusion import _WAN

    parser = argparse.ArgumentParser(
        prog="benchmarks diffusion", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--device", default="cpu", help="cpu, cuda, cuda:1")
    texts = [name for name in _WAN if "t2v" in name]
    parser.add_argument("--model", default=texts[0], choices=texts)
    parser.add_argument("--size", default="480p", help="480p, 720p or WIDTHxHEIGHT")
    parser.add_argument("--frames", type=int, default=81)
    parser.add_argument("--steps", type=int, default=5, help="to measure a step by, at least 2")
    parser.add_argument("--layers", type=int, help="fewer than published, for small machines")
    parser.add_argument("--tiny", action="store_true", help="the smallest that runs")
    parser.add_argument("--variants", default="plain", help="plain,compiled,cached,compiled+cached")
    asked = parser.parse_args(words)
    width, height = SIZES.get(asked.size) or tuple(map(int, asked.size.split("x")))
    return Plan(
        asked.device, asked.model, width, height, asked.frames, max(2, asked.steps), asked.layers,
        asked.tiny, tuple(asked.variants.split(",")),
    )  # fmt: skip


def main(words: list[str] | None = None) -> int:
    """Measure and print."""
    plan = plan_of(words)
    figures, decode = measure(plan)
    print(rows(plan, figures, decode, (50, 4)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
