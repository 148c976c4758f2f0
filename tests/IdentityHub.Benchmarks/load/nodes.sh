#!/usr/bin/env bash
# One, two, three nodes of the published hub on one PostgreSQL, each set of processes on cores of its own. ../README.md says what it shows.
set -euo pipefail

usage() {
  cat <<USAGE
usage: nodes.sh [--nodes "1 2 3"] [--rounds N] [--seconds N] [--node-cores LIST] [--other-cores LIST] [--share PERCENT]
                [--source DIR] [--published DIR]
  --node-cores   cores that all nodes share, as taskset -c takes them (0)
  --other-cores  cores of PostgreSQL and of the load generator (1)
  --share        no node gets more than so much of a core (cgroup, needs root): a node is a machine that small
USAGE
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in "$here"/lib/*.sh; do . "$part"; done

checkout=$(cd "$here/../../.." && pwd)
counts=(1 2 3)
rounds=2
seconds=8
warm_up_seconds=3
fsync=on
seeded=no
statements=no
node_cores=0
other_cores=1
share=
gc_setting=()
published=
selected=(client_credentials introspect refresh)
client_secret=load-client-secret
user_password=Load-Pass-1234

while [ $# -gt 0 ]; do
  case $1 in
    --nodes) read -ra counts <<<"$2"; shift ;;
    --rounds) rounds=$2; shift ;;
    --seconds) seconds=$2; shift ;;
    --node-cores) node_cores=$2; shift ;;
    --other-cores) other_cores=$2; shift ;;
    --share) share=$2; shift ;;
    --source) checkout=$(cd "$2" && pwd); shift ;;
    --published) published=$2; shift ;;
    --help) usage; exit ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done
artifacts=${LOAD_ARTIFACTS:-$checkout/artifacts/load}

work=$(mktemp -d)
chmod 711 "$work" # the postgres user passes through to its own folder
# A second signal does not interrupt the clean-up.
trap 'trap "" INT TERM; stop_nodes; stop_servers; stop_postgres; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
starts=$work/starts
touch "$starts"
. "$here/nodes/run.sh"

start_postgres
pin_postgres
prepare_hub
prepare_forms
start_nodes "${counts[-1]}"
url[hub]=${node_urls[0]}
pid[hub]=${node_pids[0]}
prepare_introspect
for count in "${counts[@]}"; do prepare_chains "$count"; done
sql postgres -c CHECKPOINT

echo "$(nproc) cores. Nodes on: $node_cores${share:+, each at most $share % of a core}. PostgreSQL and load generators on: $other_cores."
echo "$connections connections in all, one load generator a node, $rounds rounds of $seconds s; medians."
describe_postgres
echo
for round in $(seq "$rounds"); do
  for count in "${counts[@]}"; do
    for scenario in "${selected[@]}"; do measure_nodes "$scenario" "$count"; done
  done
done
awk -f "$here/nodes/report.awk" "$work/results"
