"""What was recognised in the pictures of a brief: faces, names of things, boundaries, by blob.

Everything here makes a film better and none of it is needed: without its weights an encoder is
left out, and the director goes by motion, sharpness and colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.digest import Digest

if TYPE_CHECKING:
    from shared.clip_samples import ClipFaces, ClipLabels
    from shared.recognition import Faces, Labels, TextEmbedding, VideoShots


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What was recognised; what nobody looked at is missing.

    `prompts` are the embeddings of the brief's prompts by their words. `notes` say in sentences
    what could not be looked at.
    """

    faces: Mapping[Digest, Faces] = field(default_factory=dict)
    clip_faces: Mapping[Digest, ClipFaces] = field(default_factory=dict)
    labels: Mapping[Digest, Labels] = field(default_factory=dict)
    clip_labels: Mapping[Digest, ClipLabels] = field(default_factory=dict)
    shots: Mapping[Digest, VideoShots] = field(default_factory=dict)
    prompts: Mapping[str, TextEmbedding] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
