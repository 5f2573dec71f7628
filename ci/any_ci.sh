#!/usr/bin/env bash
# The gate in any CI system: clone with the whole history, then run this. Exit codes are those of `tailgate gate`.
#
#   ci/any_ci.sh [BASELINE [CANDIDATE]]     gate; the report is left in gate.json and, as JUnit XML, in gate.xml
#   TAILGATE_ROLL_BACK=1 ci/any_ci.sh ...   where it is worse: find the cause, and undo it on a branch as policy says
#
# What a stranger may name (branches, titles) is passed in quotes as an argument, and never evaluated.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python3 -m venv .venv
.venv/bin/pip install -q "nox[uv]"

rm -f gate.json gate.xml # an earlier run's would be taken for this one's
code=0
.venv/bin/nox -s gate -- "$@" --json gate.json || code=$?
if [[ -e gate.json ]]; then
    .venv/bin/nox -s export -- --format junit --from gate.json --output gate.xml || echo "no gate.xml" >&2
fi
if [[ "$code" -eq 1 && "${TAILGATE_ROLL_BACK:-0}" == 1 ]]; then
    .venv/bin/nox -s remedy -- "$@" --apply || true
    ls .tailgate/merge_requests/*.md 2>/dev/null || true
fi
exit "$code"
