#!/usr/bin/env bash
# Validate images and manifests without a network: infra/check.sh .venv/bin
set -euo pipefail
cd "$(dirname "$0")/.."
bin="$1"
"$bin/hadolint" infra/Dockerfile
sh -n infra/start.sh

# The package's own wrapper ends with 0 whatever was found.
compose="$("$bin/python" -c 'import compose, os; print(os.path.dirname(compose.__file__))')/docker-compose"
export POSTGRES_PASSWORD=check BROKER_PASSWORD=check S3_ACCESS_KEY=check S3_SECRET_KEY=check
export ONBEAT_WEIGHTS_FOLDER=/weights
"$compose" -f infra/compose.yaml config -q
"$compose" -f infra/compose.yaml -f infra/compose.gpu.yaml config -q

manifests="$(mktemp)"
trap 'rm -f "$manifests"' EXIT
for folder in base overlays/small overlays/gpu; do
    "$bin/kubectl" kustomize "infra/kustomize/$folder" >"$manifests"
    "$bin/kubernetes-validate" --strict --quiet "$manifests"
done
"$bin/python" infra/check_rules.py infra/alerts/*.yaml infra/dashboards/*.json
