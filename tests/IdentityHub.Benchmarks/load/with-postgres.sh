#!/usr/bin/env bash
# Runs COMMAND with an empty database on a throwaway PostgreSQL cluster, named in IDENTITYHUB_BENCHMARK_POSTGRES.
#   with-postgres.sh COMMAND ARGUMENT…
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib/postgres.sh"
. "$here/lib/processes.sh"

fsync=on
work=$(mktemp -d)
chmod 711 "$work"
# A second signal does not interrupt the clean-up.
trap 'trap "" INT TERM; stop_postgres; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

start_postgres
sql postgres -c 'CREATE DATABASE benchmark'
IDENTITYHUB_BENCHMARK_POSTGRES=$(connection_string benchmark) "$@"
