#!/usr/bin/env bash
# Restores the database of IdentityHub, and ends in it what may have been revoked since the backup (hub db restored), before any node can
# open it. Stop every node first. CHANGES is a file with the audit rows since the backup: docs/operations.md says where it comes from.
#   restore.sh dump FILE [CHANGES]                 PostgreSQL: into a new database, which then takes the name PGDATABASE; the one that had
#                                                  it is kept as PGDATABASE_lost_TIME
#   restore.sh point BASE WAL TIME DATA [CHANGES]  PostgreSQL: from the base backup BASE and the archived WAL in the folder WAL to TIME
#                                                  (e.g. '2026-11-30 10:15:00+00'; 'latest' for the end of the WAL), in the empty folder
#                                                  DATA. The server runs on a socket of its own meanwhile, and is stopped in the end
#   restore.sh sqlite BACKUP FILE [CHANGES]        SQLite: FILE must not exist
# PostgreSQL is that of PGHOST, PGPORT, PGDATABASE, PGUSER and PGPASSWORD or PGPASSFILE: a role that may make databases (dump), or whose
# database it is (point). HUB names the command line (hub), PG_BIN the folder of the programs of PostgreSQL. HUB_RESTORED holds further
# options of 'hub db restored', e.g. --keep-api-keys.
set -euo pipefail
umask 077

fail() { echo "$*" >&2; exit 1; }

hub() { ${HUB:-command hub} "$@"; }

stamp() { date -u +%Y%m%dT%H%M%SZ; }

# initdb and pg_ctl refuse to work as root.
as_owner() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

# An older backup has the tables of its version.
end_all() { # connection string, file with changes or nothing
  local options=(db restored --yes)
  if [ -n "$2" ]; then options+=(--changes "$2"); fi
  # shellcheck disable=SC2206
  options+=(${HUB_RESTORED:-})
  export ConnectionStrings__IdentityHub=$1
  hub db migrate
  hub "${options[@]}"
}

require_changes() { [ -z "$1" ] || [ -r "$1" ] || fail "The file with the changes cannot be read: $1"; }

restore_dump() { # file, changes
  [ -r "${1:-}" ] || fail "There is no dump '${1:-}'."
  require_changes "${2:-}"
  local name=${PGDATABASE:?Set PGDATABASE.} new lost
  new=${name}_restored
  lost=${name}_lost_$(stamp)
  export PGDATABASE=postgres
  psql -qXtA -v ON_ERROR_STOP=1 -c "SELECT 1 FROM pg_database WHERE datname = '$new'" | grep -q 1 &&
    fail "There is a database '$new' already, of a restore that has failed. Look at it, drop it, and run this again."
  createdb --template=template0 --encoding=UTF8 "$new"
  pg_restore --exit-on-error --dbname="$new" "$1"
  end_all "Host=${PGHOST:-/var/run/postgresql};Port=${PGPORT:-5432};Database=$new;Username=${PGUSER:-$(id -un)}" "${2:-}"
  psql -qXv ON_ERROR_STOP=1 <<END
SELECT format('ALTER DATABASE %I RENAME TO %I', '$name', '$lost') WHERE EXISTS (SELECT 1 FROM pg_database WHERE datname = '$name') \gexec
ALTER DATABASE "$new" RENAME TO "$name";
END
  echo "Restored: $name. The database before it: $lost"
}

restore_point() { # base backup, archived WAL, time, data folder, changes
  [ -f "${1:-}/PG_VERSION" ] || fail "There is no base backup in '${1:-}'."
  [ -d "${2:-}" ] || fail "There is no folder of archived WAL '${2:-}'."
  local base=$1 wal time=${3:?Name the moment.} target=()
  # Not local: what runs at the end of the script reads them.
  data=${4:?Name the folder of the data.}
  wal=$(readlink -f "$2")
  [ -z "$(ls -A "$data" 2>/dev/null)" ] || fail "The folder '$data' is not empty."
  require_changes "${5:-}"
  bin=${PG_BIN:-$(find /usr/lib/postgresql -path "*/$(cat "$base/PG_VERSION")/bin" | tail -n 1)}
  [ -x "$bin/pg_ctl" ] || fail "PostgreSQL $(cat "$base/PG_VERSION") is not on this machine: set PG_BIN."
  if [ "$time" != latest ]; then target=("-c recovery_target_time='$time'" "-c recovery_target_action=promote"); fi

  mkdir -p "$data"
  cp -a "$base/." "$data/"
  # Debian keeps these two elsewhere.
  [ -f "$data/postgresql.conf" ] || : >"$data/postgresql.conf"
  socket=$(mktemp -d -t hub-restore.XXXXXXXX)
  echo 'local all all trust' >"$socket/pg_hba.conf"
  touch "$data/recovery.signal"
  chmod 700 "$data"
  if [ "$(id -u)" = 0 ]; then chown -R postgres "$data" "$socket"; fi

  # On a socket of this script alone: no node can reach what has not been ended yet.
  cd "$socket"
  as_owner "$bin/pg_ctl" start --pgdata="$data" --log="$socket/server.log" --wait --timeout=86400 --silent \
    --options="-c listen_addresses='' -c unix_socket_directories='$socket' \
    -c hba_file='$socket/pg_hba.conf' -c hot_standby=off -c archive_mode=off \
    -c restore_command='cp \"$wal/%f\" \"%p\"' ${target[*]:-}" </dev/null >/dev/null 2>&1 || { cat "$socket/server.log" >&2; exit 1; }
  trap 'as_owner "$bin/pg_ctl" stop --pgdata="$data" --mode=fast --silent >/dev/null 2>&1 || true; rm -rf "$socket"' EXIT
  end_all "Host=$socket;Database=${PGDATABASE:-identityhub};Username=${PGUSER:-postgres}" "${5:-}"
  as_owner "$bin/pg_ctl" stop --pgdata="$data" --mode=fast --silent
  echo "Restored to $time: $data. Start PostgreSQL on it as usual."
}

restore_sqlite() { # backup, file, changes
  [ -f "${1:-}" ] || fail "There is no backup '${1:-}'."
  [ -n "${2:-}" ] || fail "Name the file to restore to."
  [ ! -e "$2" ] && [ ! -e "$2-wal" ] || fail "'$2' exists: move it away, with its -wal and -shm files, and run this again."
  require_changes "${3:-}"
  cp "$1" "$2.restoring"
  end_all "Data Source=$(readlink -f "$2.restoring")" "${3:-}"
  rm -f "$2.restoring-wal" "$2.restoring-shm"
  mv "$2.restoring" "$2"
  echo "Restored: $2"
}

case "${1:-}" in
  dump) shift; restore_dump "$@" ;;
  point) shift; restore_point "$@" ;;
  sqlite) shift; restore_sqlite "$@" ;;
  *) sed -n '2,15p' "$0" >&2; exit 2 ;;
esac
