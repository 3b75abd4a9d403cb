"""The benchmark of form: `python -m benchmarks form`."""

from benchmarks.form.score import table as table
