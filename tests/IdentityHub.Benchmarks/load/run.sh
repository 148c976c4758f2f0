#!/usr/bin/env bash
# Load comparison: the published hub on PostgreSQL beside the limit app and a certified peer, driven by wrk in one run.
# Usage and the meaning of every figure: ../README.md
set -euo pipefail

usage() {
  cat <<USAGE
usage: run.sh [SCENARIO …] [--rounds N] [--seconds N] [--gc server|workstation] [--source DIR] [--published DIR]
              [--seeded] [--no-fsync] [--skip-hub] [--skip-peer] [--openiddict] [--statements]
scenarios: ${scenarios[*]} (all of these, where none is named)
older APIs (older_apis for all): ${older_apis[*]}
further calls (further_calls for all): ${further_calls[*]}
USAGE
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in "$here"/lib/*.sh; do . "$part"; done

checkout=$(cd "$here/../../.." && pwd)
rounds=3
seconds=8
warm_up_seconds=3
fsync=on
seeded=no
openiddict=no
statements=no
skip=
gc_setting=()
published=
selected=()
# The same in config/clients.yaml, as a digest. Both are worth nothing: the servers listen on 127.0.0.1 for this run only.
client_secret=load-client-secret
user_password=Load-Pass-1234

while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2; shift ;;
    --seconds) seconds=$2; shift ;;
    --source) checkout=$(cd "$2" && pwd); shift ;;
    --published) published=$2; shift ;;
    --gc) if [ "$2" = server ]; then gc_setting=(DOTNET_gcServer=1); else gc_setting=(DOTNET_gcServer=0); fi; shift ;;
    --seeded) seeded=yes ;;
    --no-fsync) fsync=off ;;
    --skip-hub) skip+=hub ;;
    --skip-peer) skip+=peer ;;
    --openiddict) openiddict=yes ;;
    --statements) statements=yes ;;
    --help) usage; exit ;;
    *)
      case " ${scenarios[*]} ${older_apis[*]} ${further_calls[*]} older_apis further_calls " in
        *" $1 "*) ;;
        *) usage >&2; exit 2 ;;
      esac
      case $1 in
        older_apis) selected+=("${older_apis[@]}") ;;
        further_calls) selected+=("${further_calls[@]}") ;;
        *) selected+=("$1") ;;
      esac
      ;;
  esac
  shift
done
artifacts=${LOAD_ARTIFACTS:-$checkout/artifacts/load}
if [ ${#selected[@]} -eq 0 ]; then selected=("${scenarios[@]}"); fi

work=$(mktemp -d)
chmod 711 "$work" # the postgres user passes through to its own folder
# A second signal does not interrupt the clean-up.
trap 'trap "" INT TERM; stop_servers; stop_postgres; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
results=$work/results
starts=$work/starts
touch "$results" "$starts"

start_postgres
start_limit
if [[ $skip != *hub* ]]; then start_hub; fi
if [[ $skip != *peer* ]]; then start_peer; fi
if [ "$openiddict" = yes ]; then start_openiddict; fi

prepare_forms
for scenario in "${selected[@]}"; do
  if declare -F "prepare_$scenario" >/dev/null; then "prepare_$scenario"; fi
done
# Rows that came in at once, without the statistics that those of months have.
if [ -n "${pid[hub]:-}" ] && is_selected "${older_apis[@]}" "${further_calls[@]}"; then sql hub -c 'VACUUM ANALYZE'; fi
sql postgres -c CHECKPOINT
for round in $(seq "$rounds"); do
  for scenario in "${selected[@]}"; do "run_$scenario"; done
done

for subject in "${!pid[@]}"; do echo "$subject	$(resident_mb "${pid[$subject]}")"; done >"$work/memory"
echo
echo "$(nproc) cores, $connections connections (passwords: $hash_connections), median of $rounds rounds of\
 $seconds s${gc_setting:+, ${gc_setting[0]}}"
describe_postgres
echo
awk -f "$here/report.awk" "$results" "$starts" "$work/memory"
report_statements
if [ "$seeded" = yes ]; then
  echo
  describe_tables hub
fi
