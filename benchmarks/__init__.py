"""Measurements: ratios against a named baseline in the same run, never timed tests."""

import os

from shared.worker import THREAD_VARIABLES

# As in a worker, and before NumPy is loaded: else idle threads of BLAS spin, and count as work.
os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))
