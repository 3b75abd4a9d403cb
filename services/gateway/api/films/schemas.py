"""Briefs, films, revisions, edits and comments as JSON."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict, JsonValue

from services.gateway.api.films.edits import SubmittedEdit
from services.gateway.api.films.revisions import MAIN, Revision
from services.gateway.api.films.wish_schemas import RefusedWish, UnderstoodWish
from services.gateway.api.links import MAX_SECONDS
from services.gateway.api.schema import LongText, Metadata, Schema, ShortText
from services.gateway.preview import Fate, Preview

_BRIEF: JsonDict = {
    "song": "@track",
    "references": [{"path": "@ride", "roles": ["product"]}, "@coast"],
    "pacing": "driving",
    "size": "1280x720",
    "duration_seconds": 20,
}
_OPERATIONS: list[JsonValue] = [{"op": "set_grade", "shot": "#2", "warmth": 0.4}]
BranchName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
BriefDocument = Annotated[
    dict[str, Any],
    Field(
        description="the words of BRIEF.yaml; where it has a path, the id of a reference "
        "(ref_...), or a handle (@name)",
        json_schema_extra={"example": _BRIEF},
    ),
]
Operations = Annotated[
    list[dict[str, Any]],
    Field(min_length=1, max_length=1000, description="typed operations, as in docs/edits.md"),
]


class NewBrief(Schema):
    """A brief to be kept, or to be estimated."""

    model_config = ConfigDict(json_schema_extra={"example": {"brief": _BRIEF}})

    brief: BriefDocument


class Brief(Schema):
    """A brief that was understood; handles have become ids."""

    id: str
    brief: BriefDocument
    created_at: float


class EstimateLine(Schema):
    """How often an action will run at most, and its CPU seconds, null where none ever ran here."""

    action: str
    count: int
    cpu_seconds: float | None


class Estimate(Schema):
    """What a film may cost, from what such work took in this store; results are reused."""

    duration_seconds: float
    frames: int
    lines: list[EstimateLine]
    cpu_seconds: float
    is_complete: bool = Field(description="false where some work was never done here")


class NewFilm(Schema):
    """A film to be made: of a brief, or of one that was kept."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"name": "Coffee, spring", "brief": _BRIEF, "draft": True}}
    )

    brief: BriefDocument | None = None
    brief_id: str | None = None
    name: ShortText = "Untitled"
    draft: bool = Field(False, description="540p and quick, with the same cuts")
    dry_run: bool = Field(False, description="only check the brief and estimate")
    metadata: Metadata = Field(default_factory=dict)


class Film(Schema):
    """A film; `head` is the latest revision of its main branch, null until there is one."""

    id: str
    name: str
    brief: str
    head: str | None
    metadata: dict[str, str]
    created_at: float


class MadeFilm(Schema):
    """A film that is being made, or with `dry_run` only its estimate."""

    film: Film | None = None
    job: str | None = None
    estimate: Estimate | None = None


class RevisionSchema(Schema):
    """A finished revision: it never changes."""

    id: str
    film: str
    number: int
    parent: str | None
    branch: str
    edit: str | None
    job: str | None
    summary: dict[str, Any]
    files: dict[str, str] = Field(description="where each of its files is")
    approved_at: float | None
    approved_by: str | None
    created_at: float


class Delivery(Schema):
    """A file to hand over."""

    name: str
    filename: str
    media_type: str
    size_bytes: int
    url: str


class NewEdit(Schema):
    """Operations on a revision (main's head unless `parent` says else), or direction in words."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"operations": _OPERATIONS},
                {"instructions": "keep shots 1 to 4, warmer grade", "dry_run": True},
            ]
        }
    )

    operations: Operations | None = None
    instructions: Annotated[str, Field(min_length=1, max_length=4000)] | None = None
    parent: str | None = None
    branch: BranchName = MAIN
    dry_run: bool = Field(False, description="only say what it would do")


class PreviewLine(Schema):
    """One piece of work, and what becomes of it."""

    action: str
    subject: str
    fate: Fate
    changed: list[str]
    cpu_seconds: float | None


class EditPreview(Schema):
    """What an edit does: what will run, what may run, what is in the store, what is kept."""

    will_run: int
    may_run: int
    in_store: int
    kept: int
    cpu_seconds: float
    lines: list[PreviewLine]


class MadeEdit(Schema):
    """An edit that is being made, or with `dry_run` its preview.

    `understood` and `refused` are of instructions; what is refused has no preview.
    """

    id: str | None = None
    job: str | None = None
    parent: str
    branch: str
    preview: EditPreview | None = None
    understood: list[UnderstoodWish] = Field(default_factory=list)
    refused: list[RefusedWish] = Field(default_factory=list)


class Edit(Schema):
    """An edit as it was asked for, and what became of it."""

    id: str
    parent: str
    branch: str
    operations: list[dict[str, Any]]
    job: str
    state: str
    revision: str | None
    created_at: float


class NewApproval(Schema):
    """Who approves; all shots are locked with it."""

    by: ShortText


class Approval(Schema):
    """An approval: done at once, or with the job that locks the shots."""

    revision: str
    job: str | None


class Restored(Schema):
    """Which revision is to be the latest again."""

    revision: str


class NewLink(Schema):
    """How long a link to a file is to open it."""

    seconds: Annotated[int, Field(ge=1, le=MAX_SECONDS)] = 3600


class Link(Schema):
    """A path on this server that needs no key until it expires."""

    url: str
    expires_at: int


class NewComment(Schema):
    """A comment at a frame of the film, or in a shot at a frame of its source, or on the film."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"author": "Ada", "text": "hold this longer", "film_frame": 120}
        }
    )

    text: LongText
    author: ShortText
    revision: str = "head"
    film_frame: Annotated[int, Field(ge=0, lt=1 << 31)] | None = None
    shot: ShortText | None = None
    source_frame: Annotated[int, Field(ge=0, lt=1 << 31)] | None = None


class Comment(Schema):
    """A comment; `film_frame` is where it is in the revision asked for, null if nowhere."""

    id: str
    revision: str
    shot: str | None
    handle: str | None
    source_frame: int | None
    film_frame: int | None
    author: str
    text: str
    created_at: float
    resolved_at: float | None


def revision_schema(revision: Revision) -> RevisionSchema:
    """A revision as it is answered."""
    fields = {n: getattr(revision, n) for n in RevisionSchema.model_fields if n != "files"}
    base = f"/v1/films/{revision.film}/revisions/{revision.id}/files"
    return RevisionSchema(**fields, files={name: f"{base}/{name}" for name in revision.files})


def preview_schema(preview: Preview) -> EditPreview:
    """A preview as it is answered."""
    lines = [
        PreviewLine(
            action=line.action,
            subject=line.subject,
            fate=line.fate,
            changed=list(line.changed),
            cpu_seconds=line.cpu_seconds,
        )
        for line in preview.lines
    ]
    return EditPreview(
        will_run=preview.count(Fate.WILL_RUN),
        may_run=preview.count(Fate.MAY_RUN),
        in_store=preview.count(Fate.IN_STORE),
        kept=preview.count(Fate.KEPT),
        cpu_seconds=preview.cpu_seconds,
        lines=lines,
    )


def edit_schema(edit: SubmittedEdit) -> MadeEdit:
    """An edit as it is answered when it was queued."""
    return MadeEdit(id=edit.id, job=edit.job, parent=edit.parent, branch=edit.branch)
