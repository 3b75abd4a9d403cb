"""Messages of the jobs that wait: each wakes one film worker, which takes the job whose turn it is.

The jobs row is the truth, so a lost, late or doubled message changes nothing: a job that waits on
gets another one, later and later.
"""

from __future__ import annotations

from shared.database import NOW, Connection, Database
from shared.outbox import FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, Letter
from shared.turns import FILMS, alone

_BEGIN = """
INSERT INTO job_messages (job, published_attempt, republish_at, wait_seconds, drained)
SELECT id, -1, 0.0, :wait_seconds, 0 FROM jobs WHERE state = 'queued'
ON CONFLICT (job) DO NOTHING
"""
# After an attempt that began, or a message that was not sent, the waits begin anew.
_TAKE_DUE = f"""
UPDATE job_messages
SET wait_seconds = CASE
        WHEN published_attempt = jobs.attempt
            THEN CASE WHEN wait_seconds > :half THEN :longest ELSE wait_seconds * 2 END
        ELSE :wait_seconds END,
    republish_at = {NOW} + CASE
        WHEN published_attempt = jobs.attempt THEN wait_seconds ELSE :wait_seconds END,
    published_attempt = jobs.attempt
FROM jobs
WHERE jobs.id = job_messages.job AND jobs.state = 'queued'
    AND (job_messages.published_attempt <> jobs.attempt OR job_messages.republish_at < {NOW})
RETURNING job_messages.job,
    (SELECT whose.tenant FROM jobs whose WHERE whose.id = job_messages.job) AS tenant
"""
_TIDY = """
DELETE FROM job_messages WHERE EXISTS (
    SELECT 1 FROM jobs WHERE jobs.id = job_messages.job AND jobs.state NOT IN ('queued', 'running')
)
"""
_NOT_SENT = "UPDATE job_messages SET published_attempt = -1 WHERE job = :job"
_PASS_ON = """
UPDATE job_messages SET published_attempt = -1 WHERE job = (
    SELECT other.job FROM job_messages other JOIN jobs ON jobs.id = other.job
    WHERE jobs.state = 'queued' AND other.published_attempt = jobs.attempt
    LIMIT 1)
AND NOT EXISTS (
    SELECT 1 FROM job_messages WHERE job = :job AND published_attempt = :attempt
)
"""


def pass_on(connection: Connection, job: str, attempt: int) -> None:
    """A job was claimed that had this attempt: was it by another's message, that gets one again.

    A job that is claimed before its own message was sent would else leave another waiting.
    """
    connection.execute(_PASS_ON, {"job": job, "attempt": attempt})


class JobMessages:
    """The messages of one store's jobs; methods are short transactions, safe from any process."""

    def __init__(self, database: Database, first_wait_seconds: float = FIRST_WAIT_SECONDS) -> None:
        self._database = database
        self._first_wait_seconds = first_wait_seconds

    def take_due(self) -> tuple[Letter, ...]:
        """One letter for each job whose message is to be sent now; whoever takes them sends them.

        Of several servers, each job's message is one's.
        """
        first = {"wait_seconds": self._first_wait_seconds}
        longest = {"longest": LONGEST_WAIT_SECONDS, "half": LONGEST_WAIT_SECONDS / 2}
        written = self._database.write(
            alone(self._database, FILMS),
            (_TIDY, {}),
            (_BEGIN, first),
            (_TAKE_DUE, first | longest),
            durable=False,
        )
        return tuple(Letter(job, FILMS, tenant) for job, tenant in written.rows)

    def not_sent(self, letter: Letter) -> None:
        """The broker did not take a message: it is due at once."""
        self._database.write((_NOT_SENT, {"job": letter.key}), durable=False)
