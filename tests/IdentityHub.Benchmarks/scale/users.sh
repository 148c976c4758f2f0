#!/usr/bin/env bash
# How long `hub users import` takes, on SQLite and on PostgreSQL: users with a password hash, and users with two attributes and a login at
# another provider as well. Prints seconds and users a minute.
#   users.sh [USERS]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
checkout=$(cd "$here/../../.." && pwd)
if [ -z "${IDENTITYHUB_BENCHMARK_POSTGRES:-}" ]; then
  exec bash "$here/../load/with-postgres.sh" bash "${BASH_SOURCE[0]}" "$@"
fi

users=${1:-100000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
platform=linux-$(uname -m | sed 's/x86_64/x64/;s/aarch64/arm64/')
dotnet publish "$checkout/src/IdentityHub.Cli" -c Release -r "$platform" --no-self-contained -o "$work/hub" --nologo -v quiet >/dev/null
mkdir "$work/config"
cat >"$work/config/hub.yaml" <<END
user_attributes:
  - { name: number, type: integer, unique: true, searchable: true }
  - { name: languages, type: string, list: true }
END
head -c 32 /dev/urandom | base64 >"$work/hub.key"
chmod 600 "$work/hub.key"
export IdentityHub__ConfigDirectory=$work/config IdentityHub__KeyProtection__KeyFile=$work/hub.key IdentityHub__Stage=production

write() { # NAME MORE AREA
  awk -v count="$users" -v name="$1" -v more="$2" -v area="$3" 'BEGIN {
    hash = "AQAAAAIAAYagAAAAEGYPxHXgDTpo87q3ofZ16mb0hPGMpalaeFMUaSs6mm32NWC+S/rJGJlXIr6d1Ajy2Q=="
    for (i = 0; i < count; i++) {
      printf "{\"user_name\":\"%s-%07d\",\"email\":\"%s-%07d@example.com\",\"email_verified\":true,", name, i, name, i
      printf "\"phone_number\":\"+27%s%07d\",", area, i
      printf "\"given_name\":\"Given\",\"family_name\":\"Family %d\",\"locale\":\"en\",\"password_hash\":\"%s\"", i, hash
      if (more) {
        printf ",\"attributes\":{\"number\":%d,\"languages\":[\"de\",\"fr\"]}", i
        printf ",\"external_logins\":[{\"provider\":\"Google\",\"subject\":\"1098%010d\",\"name\":\"Google\"}]", i
      }
      print "}"
    }
  }' >"$work/$1.jsonl"
}

measure() { # NAME COMMAND…
  local name=$1 began
  shift
  began=$(date +%s%N)
  "$@" >"$work/output" 2>&1 || { cat "$work/output"; exit 1; }
  awk -v name="$name" -v users="$users" -v ns="$(($(date +%s%N) - began))" \
    'BEGIN { printf "%-28s %6.1f s %9.0f users a minute\n", name, ns / 1e9, users / (ns / 6e10) }'
}

write plain 0 76
write full 1 82
for database in sqlite postgresql; do
  case $database in
    sqlite) export ConnectionStrings__IdentityHub="Data Source=$work/hub.db" ;;
    postgresql) export ConnectionStrings__IdentityHub=$IDENTITYHUB_BENCHMARK_POSTGRES ;;
  esac
  "$work/hub/hub" db migrate >/dev/null
  "$work/hub/hub" config apply >/dev/null
  measure "$database: plain" "$work/hub/hub" users import "$work/plain.jsonl"
  measure "$database: all columns" "$work/hub/hub" users import "$work/full.jsonl"
done
