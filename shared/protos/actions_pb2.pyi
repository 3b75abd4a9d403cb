from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
REQUEST_TYPE_FIELD_NUMBER: _ClassVar[int]
request_type: _descriptor.FieldDescriptor
DEADLINE_SECONDS_FIELD_NUMBER: _ClassVar[int]
deadline_seconds: _descriptor.FieldDescriptor

class Digest(_message.Message):
    __slots__ = ("sha256", "size_bytes")
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    sha256: str
    size_bytes: int
    def __init__(self, sha256: _Optional[str] = ..., size_bytes: _Optional[int] = ...) -> None: ...

class ActionRequest(_message.Message):
    __slots__ = ("type", "request", "salt")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    SALT_FIELD_NUMBER: _ClassVar[int]
    type: str
    request: bytes
    salt: str
    def __init__(self, type: _Optional[str] = ..., request: _Optional[bytes] = ..., salt: _Optional[str] = ...) -> None: ...

class ActionEvent(_message.Message):
    __slots__ = ("accepted", "progress", "result")
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    accepted: Accepted
    progress: Progress
    result: ActionResult
    def __init__(self, accepted: _Optional[_Union[Accepted, _Mapping]] = ..., progress: _Optional[_Union[Progress, _Mapping]] = ..., result: _Optional[_Union[ActionResult, _Mapping]] = ...) -> None: ...

class Accepted(_message.Message):
    __slots__ = ("key", "action")
    KEY_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    key: str
    action: str
    def __init__(self, key: _Optional[str] = ..., action: _Optional[str] = ...) -> None: ...

class Progress(_message.Message):
    __slots__ = ("fraction",)
    FRACTION_FIELD_NUMBER: _ClassVar[int]
    fraction: float
    def __init__(self, fraction: _Optional[float] = ...) -> None: ...

class ActionResult(_message.Message):
    __slots__ = ("key", "action", "digest", "hit", "run_seconds", "reason")
    KEY_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    HIT_FIELD_NUMBER: _ClassVar[int]
    RUN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    key: str
    action: str
    digest: Digest
    hit: bool
    run_seconds: float
    reason: str
    def __init__(self, key: _Optional[str] = ..., action: _Optional[str] = ..., digest: _Optional[_Union[Digest, _Mapping]] = ..., hit: _Optional[bool] = ..., run_seconds: _Optional[float] = ..., reason: _Optional[str] = ...) -> None: ...

class FindResponse(_message.Message):
    __slots__ = ("key", "digest")
    KEY_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    key: str
    digest: Digest
    def __init__(self, key: _Optional[str] = ..., digest: _Optional[_Union[Digest, _Mapping]] = ...) -> None: ...

class ErrorDetail(_message.Message):
    __slots__ = ("code", "message", "digest", "retry_after_seconds")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    RETRY_AFTER_SECONDS_FIELD_NUMBER: _ClassVar[int]
    code: str
    message: str
    digest: Digest
    retry_after_seconds: float
    def __init__(self, code: _Optional[str] = ..., message: _Optional[str] = ..., digest: _Optional[_Union[Digest, _Mapping]] = ..., retry_after_seconds: _Optional[float] = ...) -> None: ...
