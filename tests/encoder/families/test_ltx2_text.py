"""LTX-2's prompts: what its connectors give the denoiser, and films with sound from that alone."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from shared.errors import InvalidInput
from shared.families.family import Task
from shared.families.ltx2 import LTX2
from shared.families.packing import unpack_mask
from shared.families.request import DType
from tests.encoder.families import stock
from tests.encoder.families.desk import NEGATIVE, PROMPT, Desk, assert_same, size, tensor
from tests.encoder.families.ltx2_stored import CALL, stored_pipeline, stored_prompt
from tests.encoder.families.tiny import write_sums

_SIZE = size(64, 96, 9, 24)


@pytest.mark.parametrize("guidance", [1.0, 3.0], ids=["unguided", "guided"])
def test_a_film_from_stored_prompts_is_the_stock_pipelines_film(
    desk: Desk, components: Path, guidance: float
) -> None:
    whole = stock.ltx2(components)
    call = {**CALL, "height": 96, "width": 64, "num_frames": 9}
    call |= {"guidance_scale": guidance, "audio_guidance_scale": guidance}
    with stock.calls(whole.transformer) as seen:
        expected = whole(prompt=PROMPT, negative_prompt=NEGATIVE, generator=stock.seeded(), **call)
    bundle = desk.bundle(Task.TEXT, desk.shot("ltx-2"), _SIZE)
    assert sorted(bundle) == ["ltx2.neg", "ltx2.pos"]
    names = ["ltx2.neg", "ltx2.pos"] if guidance > 1 else ["ltx2.pos"]
    prompts = [stored_prompt(bundle[name][1]) for name in names]
    video, audio, mask = (torch.cat([prompt[k] for prompt in prompts]) for k in range(3))
    assert_same(video, seen[0]["encoder_hidden_states"])
    assert_same(audio, seen[0]["audio_encoder_hidden_states"])
    assert_same(mask, seen[0]["encoder_attention_mask"])
    found = stored_pipeline(components, prompts)(generator=stock.seeded(), **call)
    assert_same(found.frames, expected.frames)
    assert_same(found.audio, expected.audio)
    assert expected.frames.std() > 0


def test_outputs_are_kept_in_the_denoisers_numbers_and_masks_in_bits(desk: Desk) -> None:
    shot = desk.shot("ltx-2", dtype=DType.BFLOAT16, compute=None, negative=None)
    ((manifest, tensors),) = desk.bundle(Task.TEXT, shot, _SIZE).values()
    assert {name: (str(array.dtype), array.shape) for name, array in tensors.items()} == {
        "video": ("uint16", (1, 1024, 16)),
        "audio": ("uint16", (1, 1024, 16)),
        "mask": ("uint8", (128,)),
    }
    assert manifest.values["padding_side"] == "left"
    assert unpack_mask(tensors["mask"], (1, 1024), DType.FLOAT32).all()  # registers fill it
    assert tensor(tensors["video"], DType.BFLOAT16).isfinite().all()


def test_the_stock_pipeline_takes_its_side_from_the_tokenizer_and_it_changes_the_outputs(
    desk: Desk,
) -> None:
    from tests.encoder.families import tiny

    connectors = tiny.connectors()
    states, mask = torch.randn(1, 1024, 48), torch.zeros(1, 1024, dtype=torch.long)
    mask[0, -20:] = 1
    with torch.no_grad():
        left, right = (connectors(states, mask, padding_side=side)[0] for side in ("left", "right"))
    assert not torch.equal(left, right)


def test_a_tokenizer_that_pads_on_the_other_side_is_refused(
    desk: Desk, components: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "weights"
    for name in ("ltx2-gemma3", "ltx2-connectors"):
        shutil.copytree(components / name, root / name)
    path = root / "ltx2-gemma3" / "tokenizer" / "tokenizer_config.json"
    config: dict[str, Any] = json.loads(path.read_text())
    path.write_text(json.dumps({**config, "padding_side": "right"}))
    write_sums(root / "ltx2-gemma3")
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(root))
    with pytest.raises(InvalidInput, match="pads on the right; expected left"):
        desk.bundle(Task.TEXT, desk.shot("ltx-2"), _SIZE)


def test_one_prompt_is_encoded_once_for_all_sizes_and_tasks(desk: Desk) -> None:
    shot = desk.shot("ltx-2")
    small, large = (
        LTX2.encode_requests(Task.TEXT, shot, geometry) for geometry in (_SIZE, size(512, 320, 121))
    )
    assert small == large
    assert dataclasses.replace(small["ltx2.pos"], padding_side="right") != small["ltx2.pos"]
