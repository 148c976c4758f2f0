#!/usr/bin/env bash
# How long `hub` takes for many clients: 10,000 in 500 files, on SQLite and on PostgreSQL. Prints seconds for each command.
#   clients.sh [FILES [CLIENTS-A-FILE]]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
checkout=$(cd "$here/../../.." && pwd)
if [ -z "${IDENTITYHUB_BENCHMARK_POSTGRES:-}" ]; then
  exec bash "$here/../load/with-postgres.sh" bash "${BASH_SOURCE[0]}" "$@"
fi

files=${1:-500}
clients=${2:-20}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
platform=linux-$(uname -m | sed 's/x86_64/x64/;s/aarch64/arm64/')
dotnet publish "$checkout/src/IdentityHub.Cli" -c Release -r "$platform" --no-self-contained -o "$work/hub" --nologo -v quiet >/dev/null
mkdir "$work/config"
cat >"$work/config/common.yaml" <<END
scopes: [{ name: orders.read }]
api_resources: [{ name: orders, scopes: [orders.read] }]
END
for ((i = 0; i < files; i++)); do
  awk -v file="$i" -v count="$clients" 'BEGIN {
    print "clients:"
    for (i = 0; i < count; i++) {
      printf "  - client_id: client-%d-%d\n    client_name: Client %d of file %d\n", file, i, i, file
      print "    grant_types: [authorization_code, client_credentials, refresh_token]"
      printf "    redirect_uris: [\"https://client-%d-%d.example/callback\"]\n", file, i
      # The digest of nothing in particular: no client logs in with it.
      print "    client_secrets: [{ value: \"sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\" }]"
      print "    scope: openid orders.read"
    }
  }' >"$work/config/clients-$i.yaml"
done
head -c 32 /dev/urandom | base64 >"$work/hub.key"
chmod 600 "$work/hub.key"
export IdentityHub__ConfigDirectory=$work/config IdentityHub__KeyProtection__KeyFile=$work/hub.key IdentityHub__Stage=production
echo "$((files * clients)) clients in $files files"

measure() { # NAME COMMAND…
  local name=$1 began
  shift
  began=$(date +%s%N)
  "$@" >"$work/output" 2>&1 || [ $? = 2 ] || { cat "$work/output"; exit 1; }
  awk -v name="$name" -v ns="$(($(date +%s%N) - began))" 'BEGIN { printf "%-28s %6.2f s\n", name, ns / 1e9 }'
}

measure "validate" "$work/hub/hub" config validate
for database in sqlite postgresql; do
  case $database in
    sqlite) export ConnectionStrings__IdentityHub="Data Source=$work/hub.db" ;;
    postgresql) export ConnectionStrings__IdentityHub=$IDENTITYHUB_BENCHMARK_POSTGRES ;;
  esac
  "$work/hub/hub" db migrate >/dev/null
  measure "$database: plan" "$work/hub/hub" config plan
  measure "$database: apply" "$work/hub/hub" config apply
  measure "$database: apply, unchanged" "$work/hub/hub" config apply
done
