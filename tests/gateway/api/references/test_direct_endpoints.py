"""A clip goes straight to the bucket, by a real server over a real S3 store."""

from __future__ import annotations

import hashlib
from pathlib import Path

import httpx

from tests.contract.stores import s3_server
from tests.e2e.sources import Sources
from tests.gateway.api.conftest import serving


def test_a_clip_goes_to_the_bucket_and_becomes_a_reference(
    tmp_path: Path, api_sources: Sources
) -> None:
    path = api_sources.clips[0]
    data = path.read_bytes()
    with (
        s3_server() as bucket,
        serving(tmp_path / "store", "--films", "1", more=bucket.environment) as server,
        server.client() as client,
    ):
        ask = {"filename": path.name, "size_bytes": len(data), "handle": "left"}
        form = client.post("/v1/references/presigned", json=ask)
        assert form.status_code == 201, form.text
        signed = form.json()
        assert signed["url"].startswith(bucket.endpoint), "the bytes do not come to us"
        sent = httpx.post(
            signed["url"],
            data=signed["fields"],
            files={"file": (path.name, data)},
            trust_env=False,
        )
        assert sent.status_code < 300, sent.text
        complete = f"/v1/references/presigned/{signed['id']}/complete"
        said = {"sha256": hashlib.sha256(data).hexdigest()}
        made = client.post(complete, json=said)
        assert made.status_code == 201, made.text
        assert (made.json()["kind"], made.json()["info"]["width"]) == ("video", 320)
        assert client.post(complete, json=said).json() == made.json()
        assert client.get("/v1/references/@left/content").content == data

        signed = client.post(
            "/v1/references/presigned", json={"filename": "x.mp4", "size_bytes": 9}
        ).json()
        files = {"file": ("x.mp4", b"no film!!")}
        httpx.post(signed["url"], data=signed["fields"], files=files, trust_env=False)
        refused = client.post(f"/v1/references/presigned/{signed['id']}/complete", json={})
        assert refused.status_code == 422, refused.text
        assert "x.mp4" in refused.json()["detail"]
        assert str(tmp_path) not in refused.text
