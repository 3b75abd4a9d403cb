"""How large and how long media may be: said once, for whoever probes, reads or plans.

Knows nothing about files, and imports nothing.
"""

from __future__ import annotations

MIN_SIDE_PIXELS = 32
MAX_PHOTO_SIDE_PIXELS = 16_384
MAX_PHOTO_PIXELS = 100_000_000
MAX_VIDEO_SIDE_PIXELS = 8192
MAX_VIDEO_PIXELS = 36_000_000  # 8192x4320 and a little
MAX_FRAME_RATE = 1000  # above it, a rate is an accident of the time base
MAX_MEDIA_SECONDS = 6 * 3600
# Sound that is listened to is held whole: 1800 s of it are 0.7 GB.
MAX_SOUND_SECONDS = 1800
