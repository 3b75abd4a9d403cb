"""What a film may cost before it is made: its frames, times what such work took here before."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from services.gateway.api.films.briefs import ReadBrief
from shared.brief import Pacing
from shared.database import Database
from shared.errors import InvalidInput
from shared.executions import Executions
from shared.timing import round_half_up

# About how long a shot is: in beats by pacing (shared/brief.py), at 120 beats a minute.
_SHOT_SECONDS = {
    Pacing.CALM: 4.0,
    Pacing.STEADY: 2.0,
    Pacing.DRIVING: 1.2,
    Pacing.FRANTIC: 0.6,
}
_ENCODERS_A_PICTURE = 3
_SILENT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class EstimatedLine:
    """One kind of work: how often, and its CPU seconds in all; None if it never ran here."""

    action: str
    count: int
    cpu_seconds: float | None


@dataclass(frozen=True, slots=True)
class Estimated:
    """The estimate of a film in which nothing is reused."""

    duration_seconds: float
    frames: int
    lines: tuple[EstimatedLine, ...]

    @property
    def cpu_seconds(self) -> float:
        """CPU seconds of all that is known."""
        return sum(line.cpu_seconds or 0.0 for line in self.lines)


def estimate(database: Database, brief: ReadBrief) -> Estimated:
    """Estimate the film of a brief; raises `InvalidInput` for one without any reference."""
    spec = brief.spec
    if not brief.references and spec.prompt is None:
        raise InvalidInput("a brief without references; expected clips, photos or a song")
    lengths = {f"{one.id}/{one.filename}": one.info for one in brief.references}
    song = lengths.get(str(spec.song), {})
    heard = song.get("audio_duration_seconds")
    wanted = spec.duration_seconds
    seconds = float(wanted) if wanted is not None else float(heard or _SILENT_SECONDS)
    frames = max(1, round_half_up(Fraction(seconds) * spec.frame_rate))
    shots = max(1, round(seconds / _SHOT_SECONDS[spec.pacing]))
    costs = Executions(database).mean_cpu_seconds()
    counts = {
        "encode": _ENCODERS_A_PICTURE * len(spec.references) + (spec.song is not None),
        "analyze": int(spec.song is not None),
        "plan_cuts": 1,
        "align_motion": shots,
        "render": shots,
        "measure": shots,
        "mix": int(spec.song is not None),
        "assemble": 1,
        "inspect": 1,
    }
    lines = []
    for action, count in counts.items():
        each, a_frame = costs.get(action), costs.get(f"{action}/frame")
        # What works on pictures costs by the frame, whatever the number of shots.
        cost = a_frame * frames if a_frame is not None else each and each * count
        lines.append(EstimatedLine(action, count, cost))
    return Estimated(seconds, frames, tuple(line for line in lines if line.count))
