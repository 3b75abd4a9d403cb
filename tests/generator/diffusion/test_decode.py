"""Latents become a lossless clip of exactly the stock pipeline's pixels, or a reason why not."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from services.generator.diffusion import resident
from services.generator.diffusion.checkpoint import load_latents, store_latents
from services.generator.diffusion.decode import backend, perform
from shared.diffusion import DecodeRequest, DiffusionRequest, Guidance
from shared.errors import Cancelled, InvalidInput, ModelFailure
from shared.families.family import Task
from tests.encoder.families import tiny
from tests.encoder.families.desk import size
from tests.generator.diffusion import oracle
from tests.generator.diffusion.studio import Studio
from tests.generator.diffusion.test_denoise import Interrupted

_SIZE = size(64, 64, 9)
_MODEL = "wan2.1-t2v-1.3b"


def _decode(studio: Studio, digest: object) -> tuple[np.ndarray, list[Fraction]]:
    path = studio.desk.folder / "clip.mp4"
    path.write_bytes(studio.desk.blobs.read(digest))  # type: ignore[arg-type]
    with av.open(str(path)) as source:
        found = [
            (one.to_ndarray(format="rgb24"), one.pts * one.time_base)
            for one in source.decode(video=0)
            if one.pts is not None and one.time_base is not None
        ]
    return np.stack([one for one, _ in found]), [time for _, time in found]


def _request(studio: Studio) -> DiffusionRequest:
    return studio.request(Task.TEXT, _MODEL, _SIZE, steps=2, guidance=Guidance(1.0))


def test_a_clip_holds_the_stock_pipelines_pictures_exactly(
    studio: Studio, checkpoints: Path
) -> None:
    stock = oracle.wan(checkpoints, _MODEL)
    pictures = oracle.film(
        stock, _SIZE, num_inference_steps=2, guidance_scale=1.0, output_type="pil"
    )
    expected = np.stack([np.asarray(one) for one in pictures])
    digest = studio.take(_request(studio))
    found, times = _decode(studio, digest)
    assert np.array_equal(found, expected)
    assert times == [Fraction(index, 16) for index in range(9)]
    assert studio.take(_request(studio)) == digest


def test_ltx2_clips_carry_their_sound(studio: Studio) -> None:
    geometry = size(64, 96, 17, 24)
    request = studio.request(Task.TEXT, "ltx-2", geometry, guidance=Guidance(1.0), steps=2)
    frames, times = _decode(studio, studio.take(request))
    assert len(frames) == 17
    assert times[-1] == Fraction(16, 24)
    with av.open(str(studio.desk.folder / "clip.mp4")) as source:
        (sound,) = source.streams.audio
        assert (sound.codec_context.name, sound.rate) == ("alac", 16000)
        heard = np.concatenate([one.to_ndarray() for one in source.decode(sound)], axis=1)
    assert np.abs(heard).max() > 0
    # The tiny vocoder makes 4 samples of 160 each; what counts is that all of it is there.
    assert heard.shape[0] == 2


def test_a_take_of_no_numbers_is_an_error_with_its_reason(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = _request(studio)
    broken = {"latents": torch.full((1, 16, 3, 8, 8), float("nan"))}
    latents = store_latents(studio.desk.blobs, request, broken)
    with pytest.raises(ModelFailure, match=r"seed 7 failed: 9 of 9 frames hold values that are no"):
        perform(DecodeRequest(request, latents), studio.desk)


def test_latents_of_another_take_are_refused(studio: Studio) -> None:
    request = _request(studio)
    other = studio.request(Task.TEXT, _MODEL, _SIZE, steps=2, guidance=Guidance(1.0), seed=8)
    with pytest.raises(InvalidInput, match=r"generate.latents: take is"):
        perform(DecodeRequest(other, studio.latents(request)), studio.desk)


def test_decoding_is_cancelled_within_the_decoder(studio: Studio) -> None:
    request = _request(studio)
    asked = DecodeRequest(request, studio.latents(request))
    context = Interrupted(studio, 5, Cancelled("cancelled"))
    with pytest.raises(Cancelled):
        perform(asked, context)
    assert len(context.seen) == 5


def test_another_autoencoder_is_another_key_and_refused_with_the_conditions(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    from shared.families.family import Part
    from tests.encoder.families.desk import at, picture

    part = at(Part.FIRST, studio.desk.photo(picture(1)))
    request = studio.request(Task.FIRST_FRAME, "wan2.1-i2v-14b-480p", _SIZE, part, steps=1)
    asked = DecodeRequest(request, studio.latents(request))
    before = backend(asked).weights
    root = tmp_path / "weights"
    shutil.copytree(studio.components, root)
    torch.manual_seed(5)
    vae = tiny.wan_vae().state_dict()
    file = root / "wan-vae-2.1" / "vae" / "diffusion_pytorch_model.safetensors"
    save_file({name: value + 0.01 for name, value in vae.items()}, file, {"format": "pt"})
    tiny.write_sums(root / "wan-vae-2.1")
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(root))
    resident.forget()
    assert backend(asked).weights != before
    with pytest.raises(InvalidInput, match=r"i2v.cond: condition of wan.i2v: weights is '"):
        perform(asked, studio.desk)


def test_latents_are_kept_for_whoever_goes_on_from_them(studio: Studio) -> None:
    request = _request(studio)
    found = load_latents(studio.desk.blobs, request, studio.latents(request))
    assert found["latents"].shape == (1, 16, 3, 8, 8)
    assert found["latents"].dtype == torch.float32
