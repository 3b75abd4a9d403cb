#!/bin/sh
# What an image runs: its service, listening for others. Further words go to the service.
set -eu
case "${ONBEAT_SERVICE}" in
gateway) exec onbeat serve --host 0.0.0.0 --port 8000 "$@" ;;
encoder | audio_sync | generator)
    exec python -m "services.${ONBEAT_SERVICE}.server" --listen 0.0.0.0:9000 "$@" ;;
*)
    echo "ONBEAT_SERVICE is '${ONBEAT_SERVICE}'; expected gateway, encoder, audio_sync or generator" >&2
    exit 2 ;;
esac
