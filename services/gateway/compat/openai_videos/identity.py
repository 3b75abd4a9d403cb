"""How a film is a video: its mark and its id."""

from __future__ import annotations

PREFIX = "video"
# In the metadata of a film that is a video.
MODEL = "openai.model"
# As a pattern of LIKE.
MARKED = f'%"{MODEL}"%'


def video_id(film: str) -> str:
    """The id of the video that a film is."""
    return f"{PREFIX}_{film.partition('_')[2]}"


def film_id(video: str) -> str:
    """The id of the film behind a video; what is no id of ours leads to no film."""
    kind, _, rest = video.partition("_")
    return f"film_{rest}" if kind == PREFIX else ""
