"""Another time of day in every Python process that has this folder on its path.

Python imports this by its name at the start of an interpreter, children included. It moves
`time.time`, `time.time_ns`, `time.gmtime`, `time.localtime` and the `now`, `utcnow` and `today`
of `datetime`, `CLOCK_SKEW_SECONDS` ahead or behind. Clocks that only measure (monotonic) go on as
they are, and so do times that the kernel writes on files, as on a machine with a wrong clock the
stores that answer it have a right one.
"""

from __future__ import annotations

import datetime
import os
import time
from typing import SupportsIndex

_AHEAD_SECONDS = float(os.environ.get("CLOCK_SKEW_SECONDS", "0"))
_AHEAD = datetime.timedelta(seconds=_AHEAD_SECONDS)
_time, _time_ns, _gmtime, _localtime = time.time, time.time_ns, time.gmtime, time.localtime


def _skewed_gmtime(seconds: float | SupportsIndex | None = None) -> time.struct_time:
    return _gmtime(time.time() if seconds is None else seconds)


def _skewed_localtime(seconds: float | SupportsIndex | None = None) -> time.struct_time:
    return _localtime(time.time() if seconds is None else seconds)


class _SkewedDatetime(datetime.datetime):
    __slots__ = ()  # as long as the original, which compiled modules look at

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> _SkewedDatetime:
        return super().now(tz) + _AHEAD

    @classmethod
    def utcnow(cls) -> _SkewedDatetime:
        return cls.now(datetime.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> _SkewedDatetime:
        return cls.now()


if _AHEAD_SECONDS:
    time.time = lambda: _time() + _AHEAD_SECONDS
    time.time_ns = lambda: _time_ns() + round(_AHEAD_SECONDS * 1e9)
    time.gmtime = _skewed_gmtime
    time.localtime = _skewed_localtime
    datetime.datetime = _SkewedDatetime  # type: ignore[misc]
