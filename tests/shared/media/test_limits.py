"""One set of limits, which anybody may import."""

from __future__ import annotations

import subprocess
import sys

from shared.media import limits


def test_importing_the_limits_loads_no_library() -> None:
    check = (
        "import sys; import shared.media.limits, shared.media.formats; "
        "print([name for name in ('av', 'numpy', 'PIL') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True)
    assert found.stdout.strip() == "[]", found.stderr


def test_whatever_has_the_largest_side_may_have_another_one() -> None:
    assert limits.MAX_PHOTO_SIDE_PIXELS * limits.MIN_SIDE_PIXELS < limits.MAX_PHOTO_PIXELS
    assert 8192 * 4320 <= limits.MAX_VIDEO_PIXELS < limits.MAX_VIDEO_SIDE_PIXELS**2
    assert limits.MAX_SOUND_SECONDS <= limits.MAX_MEDIA_SECONDS
