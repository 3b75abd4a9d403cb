"""The tables of the HTTP API: who may ask, what they gave, what was made for them.

They are version 3 of the store's database; a later version adds a module of its own. Every row
belongs to one tenant, and names are opaque ids, never digests. Times are seconds since 1970.
"""

from __future__ import annotations

API_TABLES = """
CREATE TABLE IF NOT EXISTS tenants (
    id VARCHAR NOT NULL PRIMARY KEY,
    name VARCHAR NOT NULL,
    salt VARCHAR NOT NULL,
    secret VARCHAR NOT NULL,
    quotas TEXT NOT NULL,
    created_at FLOAT NOT NULL
);
CREATE TABLE IF NOT EXISTS api_keys (
    id VARCHAR NOT NULL PRIMARY KEY,
    tenant VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    secret_sha256 VARCHAR(64) NOT NULL,
    scopes VARCHAR NOT NULL,
    created_at FLOAT NOT NULL,
    revoked_at FLOAT
);
CREATE UNIQUE INDEX IF NOT EXISTS ix_api_keys_secret ON api_keys (secret_sha256);
CREATE TABLE IF NOT EXISTS media_references (
    id VARCHAR NOT NULL PRIMARY KEY,
    tenant VARCHAR NOT NULL,
    handle VARCHAR,
    filename VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    size_bytes BIGINT NOT NULL,
    blob VARCHAR NOT NULL,
    info TEXT NOT NULL,
    created_at FLOAT NOT NULL,
    deleted_at FLOAT
);
CREATE INDEX IF NOT EXISTS ix_media_references_tenant ON media_references (tenant, id);
CREATE INDEX IF NOT EXISTS ix_media_references_handle ON media_references (tenant, LOWER(handle));
CREATE TABLE IF NOT EXISTS uploads (
    id VARCHAR NOT NULL PRIMARY KEY,
    tenant VARCHAR NOT NULL,
    filename VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    handle VARCHAR,
    size_bytes BIGINT NOT NULL,
    offset_bytes BIGINT NOT NULL,
    reference VARCHAR,
    refused TEXT,
    created_at FLOAT NOT NULL,
    expires_at FLOAT NOT NULL
);
CREATE TABLE IF NOT EXISTS briefs (
    id VARCHAR NOT NULL PRIMARY KEY,
    tenant VARCHAR NOT NULL,
    document TEXT NOT NULL,
    created_at FLOAT NOT NULL
);
CREATE TABLE IF NOT EXISTS films (
    id VARCHAR NOT NULL PRIMARY KEY,
    tenant VARCHAR NOT NULL,
    brief VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    head VARCHAR,
    metadata TEXT NOT NULL,
    created_at FLOAT NOT NULL,
    deleted_at FLOAT
);
CREATE INDEX IF NOT EXISTS ix_films_tenant ON films (tenant, id);
CREATE TABLE IF NOT EXISTS revisions (
    id VARCHAR NOT NULL PRIMARY KEY,
    tenant VARCHAR NOT NULL,
    film VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    parent VARCHAR,
    branch VARCHAR NOT NULL,
    edit VARCHAR,
    job VARCHAR,
    build VARCHAR NOT NULL,
    files TEXT NOT NULL,
    summary TEXT NOT NULL,
    approved_at FLOAT,
    approved_by VARCHAR,
    created_at FLOAT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS ix_revisions_film ON revisions (film, number);
CREATE TABLE IF NOT EXISTS edits (
    id VARCHAR NOT NULL PRIMARY KEY,
    tenant VARCHAR NOT NULL,
    film VARCHAR NOT NULL,
    parent VARCHAR NOT NULL,
    branch VARCHAR NOT NULL,
    operations TEXT NOT NULL,
    job VARCHAR NOT NULL,
    created_at FLOAT NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_edits_film ON edits (film, id);
CREATE TABLE IF NOT EXISTS jobs (
    id VARCHAR NOT NULL PRIMARY KEY,
    tenant VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    film VARCHAR,
    request TEXT NOT NULL,
    state VARCHAR(16) NOT NULL,
    attempt INTEGER NOT NULL,
    owner VARCHAR,
    lease_expires_at FLOAT,
    cancel_requested BOOLEAN NOT NULL,
    progress FLOAT NOT NULL,
    stage VARCHAR NOT NULL,
    result TEXT,
    error_code VARCHAR,
    error_message TEXT,
    created_at FLOAT NOT NULL,
    started_at FLOAT,
    finished_at FLOAT
);
CREATE INDEX IF NOT EXISTS ix_jobs_state ON jobs (state, created_at);
CREATE INDEX IF NOT EXISTS ix_jobs_tenant ON jobs (tenant, id);
CREATE TABLE IF NOT EXISTS events (
    tenant VARCHAR NOT NULL,
    sequence BIGINT NOT NULL,
    type VARCHAR NOT NULL,
    job VARCHAR,
    film VARCHAR,
    data TEXT NOT NULL,
    created_at FLOAT NOT NULL,
    PRIMARY KEY (tenant, sequence)
);
CREATE TABLE IF NOT EXISTS idempotency_records (
    tenant VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    fingerprint VARCHAR(64) NOT NULL,
    status INTEGER,
    headers TEXT,
    body TEXT,
    created_at FLOAT NOT NULL,
    PRIMARY KEY (tenant, name)
);
CREATE TABLE IF NOT EXISTS webhooks (
    id VARCHAR NOT NULL PRIMARY KEY,
    tenant VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    secret VARCHAR NOT NULL,
    types TEXT NOT NULL,
    created_at FLOAT NOT NULL,
    disabled_at FLOAT
);
CREATE TABLE IF NOT EXISTS webhook_messages (
    id VARCHAR NOT NULL PRIMARY KEY,
    tenant VARCHAR NOT NULL,
    webhook VARCHAR NOT NULL,
    type VARCHAR NOT NULL,
    payload TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_at FLOAT,
    delivered_at FLOAT,
    last_answer VARCHAR,
    created_at FLOAT NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_webhook_messages_due ON webhook_messages (due_at);
CREATE TABLE IF NOT EXISTS comments (
    id VARCHAR NOT NULL PRIMARY KEY,
    tenant VARCHAR NOT NULL,
    film VARCHAR NOT NULL,
    revision VARCHAR NOT NULL,
    shot VARCHAR,
    handle VARCHAR,
    source_frame INTEGER,
    author VARCHAR NOT NULL,
    text TEXT NOT NULL,
    created_at FLOAT NOT NULL,
    resolved_at FLOAT
);
CREATE INDEX IF NOT EXISTS ix_comments_film ON comments (film, id);
CREATE TABLE IF NOT EXISTS attestations (
    id VARCHAR NOT NULL PRIMARY KEY,
    tenant VARCHAR NOT NULL,
    reference VARCHAR NOT NULL,
    signer VARCHAR NOT NULL,
    signed_at VARCHAR NOT NULL,
    created_at FLOAT NOT NULL,
    revoked_at FLOAT
);
CREATE INDEX IF NOT EXISTS ix_attestations_tenant ON attestations (tenant, id);
"""
