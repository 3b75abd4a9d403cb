"""The table of the queue: what was handed to workers of other machines, and how to find it again.

It is version 4 of the store's database; a later version adds a module of its own. Times are
seconds since 1970.
"""

from __future__ import annotations

# `salt` is the tenant's; `asked_attempt` and `published_attempt` are the attempts that the
# execution had when it was asked for and when its message was last sent. After `republish_at` a
# message counts as lost, and the next wait for it is `wait_seconds`.
QUEUE_TABLES = """
CREATE TABLE IF NOT EXISTS outbox (
    key VARCHAR(64) NOT NULL PRIMARY KEY,
    queue VARCHAR NOT NULL,
    salt VARCHAR NOT NULL,
    asked_attempt INTEGER NOT NULL,
    published_attempt INTEGER NOT NULL,
    republish_at FLOAT NOT NULL,
    wait_seconds FLOAT NOT NULL
);
"""
