"""gRPC: the skeleton of every service, and the client that a runner calls services with."""

import os

# gRPC's core writes notes of its own to the terminal ("Got goaway"); its errors reach us as errors.
os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
