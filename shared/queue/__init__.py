"""Work for the workers of other machines, through a broker: docs/queue.md."""
