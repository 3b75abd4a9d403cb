"""Log footage says so in a transfer tag or its maker's metadata; people's words prove nothing."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from shared.media.log_curve import named_curve
from shared.media.probe import probe
from tests.shared.media.test_frame import patch_video, yuv_of


@pytest.mark.parametrize(
    ("key", "value", "curve"),
    [
        ("CaptureGammaEquation", "s-log3-cine", "S-Log3"),
        ("com.sony.picture_profile", "PP8 S-Log3", "S-Log3"),
        ("gamma", "S-Log2", "S-Log2"),
        ("com.panasonic.Semi-Pro.metadata.gamma", "V-Log", "V-Log"),
        ("com.arri.camera.ColorGammaSxS", "LOG-C", "LogC"),
        ("com.arri.camera.LookName", "LogC4", "LogC4"),
        ("com.apple.proapps.transfer", "com.apple.log", "Apple Log"),
        ("color_profile", "Apple Log", "Apple Log"),
        ("com.canon.gamma", "Canon Log 3", "Canon Log 3"),
        ("picture_profile", "C-Log", "Canon Log"),
        ("color_mode", "D-Log M", "D-Log"),
        ("gamma", "N-Log", "N-Log"),
        ("gamma", "F-Log2", "F-Log2"),
        ("com.blackmagic-design.look.gamma", "Blackmagic Design Film", "Blackmagic Film"),
        ("gamma", "rec709", None),
        ("title", "How to film in S-Log3", None),
        ("comment", "V-Log test", None),
        ("catalog", "blog 3", None),
        ("color_profile", "sRGB IEC61966-2.1", None),
    ],
)
def test_names_of_curves(key: str, value: str, curve: str | None) -> None:
    assert named_curve([("encoder", "Lavf"), (key, value)]) == curve


def _video(path: Path, **tags: int) -> Path:
    yuv = yuv_of((100, 100, 100), "709", full=False, bits=8)
    return patch_video(path, (64, 64), yuv, "yuv420p", tags)


@pytest.mark.parametrize(("transfer", "found"), [(9, "100:1"), (10, "316:1"), (1, None)])
def test_a_transfer_tag_is_seen(tmp_path: Path, transfer: int, found: str | None) -> None:
    curve = probe(_video(tmp_path / "v.mkv", color_trc=transfer, colorspace=1)).log_curve
    assert curve is None if found is None else found in str(curve)


def test_metadata_of_the_container_is_seen(tmp_path: Path) -> None:
    plain, named = _video(tmp_path / "v.mkv"), tmp_path / "named.mkv"
    with av.open(str(plain)) as source, av.open(str(named), "w") as target:
        target.metadata["com.panasonic.gamma"] = "V-Log"
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    assert probe(plain).log_curve is None
    assert probe(named).log_curve == "V-Log"
