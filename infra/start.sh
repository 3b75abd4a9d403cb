#!/bin/sh
# What an image runs: its service, listening for others; with `worker --queues ...` a worker of that
# service instead. Further words go to the program.
set -eu
case "${ONBEAT_SERVICE}:${1:-}" in
gateway:worker | encoder:worker | generator:worker)
    exec python -m "services.${ONBEAT_SERVICE}.tasks" "$@" ;;
*:worker)
    echo "service '${ONBEAT_SERVICE}' has no workers; expected gateway, encoder or generator" >&2
    exit 2 ;;
gateway:*) exec onbeat serve --host 0.0.0.0 --port 8000 "$@" ;;
encoder:* | audio_sync:* | generator:*)
    exec python -m "services.${ONBEAT_SERVICE}.server" --listen 0.0.0.0:9000 "$@" ;;
*)
    echo "ONBEAT_SERVICE is '${ONBEAT_SERVICE}'; expected gateway, encoder, audio_sync or generator" >&2
    exit 2 ;;
esac
