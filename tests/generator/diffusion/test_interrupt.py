"""A network is asked before each of its blocks, and left as it was."""

from __future__ import annotations

import pytest
import torch

from services.generator.diffusion.interrupt import blocks_of, interruptible
from tests.encoder.families import tiny


class _Enough(Exception):
    pass


def test_the_blocks_of_each_kind_of_network() -> None:
    names = {
        "vace": [type(one).__name__ for one in blocks_of(tiny.vace_transformer())],
        "decoder": [type(one).__name__ for one in blocks_of(tiny.wan_vae().decoder)],
        "plain": [type(one).__name__ for one in blocks_of(torch.nn.Linear(2, 2))],
    }
    assert names["vace"] == 3 * ["WanTransformerBlock"] + 2 * ["WanVACETransformerBlock"]
    assert set(names["decoder"]) == {"WanResidualBlock", "WanUpBlock"}
    assert names["plain"] == ["Linear"]


def test_each_block_is_asked_before_and_nothing_after() -> None:
    layers = torch.nn.ModuleList([torch.nn.Linear(2, 2) for _ in range(4)])

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = layers

        def forward(self, value: torch.Tensor) -> torch.Tensor:
            for layer in self.layers:
                value = layer(value)
            return value

    network, asked = Network(), []

    def check(share: float) -> None:
        asked.append(share)
        if share == 0.5 and len(asked) > 4:
            raise _Enough

    with interruptible((network,), check):
        network(torch.zeros(2))
        assert asked == [0.0, 0.25, 0.5, 0.75]
        with pytest.raises(_Enough):
            network(torch.zeros(2))
    assert not any(layer._forward_pre_hooks for layer in layers)


@pytest.mark.filterwarnings("ignore:.*script_method:DeprecationWarning")
def test_a_network_of_compiled_blocks_is_asked_as_a_whole() -> None:
    network = tiny.wan_transformer()
    network.compile_repeated_blocks()
    assert blocks_of(network) == [network]
