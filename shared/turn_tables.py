"""The tables of turns: whose work comes next at a queue, and which jobs have a message there.

They are version 5 of the store's database; a later version adds a module of its own. Times are
seconds since 1970.
"""

from __future__ import annotations

# `turn` is what a tenant has had of a queue, in milliseconds (`shared/turns.py`).
# `published_attempt`, `republish_at` and `wait_seconds` of a film's job are as in the outbox;
# `drained` counts the workers that gave it back because they were told to end.
TURN_TABLES = """
CREATE TABLE IF NOT EXISTS turns (
    queue VARCHAR NOT NULL,
    tenant VARCHAR NOT NULL,
    turn BIGINT NOT NULL,
    PRIMARY KEY (queue, tenant)
);
CREATE INDEX IF NOT EXISTS ix_outbox_queue ON outbox (queue, salt);
CREATE TABLE IF NOT EXISTS job_messages (
    job VARCHAR NOT NULL PRIMARY KEY,
    published_attempt INTEGER NOT NULL,
    republish_at FLOAT NOT NULL,
    wait_seconds FLOAT NOT NULL,
    drained INTEGER NOT NULL
);
"""
