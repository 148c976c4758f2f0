#!/usr/bin/env bash
# Restores the database of IdentityHub, and ends in it what may have been revoked since the backup (hub db restored), before any node can
# open it. Stop every node first. CHANGES is a file with the audit rows since the backup: docs/operations.md says where it comes from.
#   restore.sh dump FILE [CHANGES]                 PostgreSQL: into a new database, which then takes the name PGDATABASE; the one that had
#                                                  it is kept as PGDATABASE_lost_TIME. Nothing may be connected to it, and until the
#                                                  end nothing can be. The new one gets its owner, its rights and its settings
#   restore.sh point BASE WAL TIME DATA [CHANGES]  PostgreSQL: from the base backup BASE and the archived WAL in the folder WAL to TIME
#                                                  (e.g. '2026-11-30 10:15:00+00'; 'latest' for the end of the WAL), in the empty folder
#                                                  DATA. The server runs on a socket of its own meanwhile, and is stopped in the end. A
#                                                  file NOT_ENDED is in DATA until hub db restored has run. No tablespaces
#   restore.sh sqlite BACKUP FILE [CHANGES]        SQLite: FILE must not exist
# PostgreSQL is that of PGHOST, PGPORT, PGDATABASE, PGUSER and PGPASSWORD or PGPASSFILE: a superuser, or a role that may make databases and
# owns this one (dump), or whose database it is (point). What is migrated belongs to the owner of the table users. HUB names the command
# line (hub), PG_BIN the folder of the programs of PostgreSQL. HUB_RESTORED holds further options of 'hub db restored', e.g.
# --keep-api-keys. 'hub db restored' lists what it does with which users because of CHANGES, and asks on a terminal.
set -euo pipefail
umask 077

fail() { echo "$*" >&2; exit 1; }

hub() { ${HUB:-command hub} "$@"; }

stamp() { date -u +%Y%m%dT%H%M%SZ; }

# initdb and pg_ctl refuse to work as root.
as_owner() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

# An older backup has the tables of its version.
end_all() { # connection string, file with changes or nothing
  local options=(db restored)
  if [ ! -t 0 ]; then options+=(--yes); fi
  if [ -n "$2" ]; then options+=(--changes "$2"); fi
  # shellcheck disable=SC2206
  options+=(${HUB_RESTORED:-})
  export ConnectionStrings__IdentityHub=$1
  hub db migrate
  hub "${options[@]}"
}

require_changes() { [ -z "$1" ] || [ -r "$1" ] || fail "The file with the changes cannot be read: $1"; }

# Connections of others to a database. Background processes of PostgreSQL are none.
count_others() { # database
  psql -qXtA -v ON_ERROR_STOP=1 -v name="$1" <<'END'
SELECT COUNT(*) FROM pg_stat_activity
WHERE datname = :'name' AND pid <> pg_backend_pid() AND COALESCE(backend_type, 'client backend') = 'client backend'
END
}

# PostgreSQL lists a connection for a moment after its program has ended.
require_alone() { # database, what to say after the number
  local others tries
  for tries in $(seq 25); do
    others=$(count_others "$1")
    if [ "$others" = 0 ]; then return; fi
    [ "$tries" = 25 ] || sleep 0.2
  done
  fail "$others connection(s) to '$1' $2"
}

allow_connections() { # database, true or false
  psql -qXv ON_ERROR_STOP=1 -v name="$1" -v allowed="$2" <<<'ALTER DATABASE :"name" ALLOW_CONNECTIONS :allowed'
}

# Owner, rights and settings are no part of a dump.
copy_rights() { # database that had the name, new one
  psql -qXv ON_ERROR_STOP=1 -v old="$1" -v new="$2" >/dev/null <<'END'
SELECT format('ALTER DATABASE %I OWNER TO %I', :'new', pg_get_userbyid(datdba)) FROM pg_database WHERE datname = :'old' \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC, %I', :'new', pg_get_userbyid(datdba))
FROM pg_database WHERE datname = :'old' AND datacl IS NOT NULL \gexec
SELECT format('GRANT %s ON DATABASE %I TO %s%s', privilege_type, :'new',
  CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END,
  CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
FROM pg_database, aclexplode(datacl) WHERE datname = :'old' \gexec
SELECT format('ALTER %s SET %I = %s',
  CASE setrole WHEN 0 THEN format('DATABASE %I', :'new') ELSE format('ROLE %I IN DATABASE %I', pg_get_userbyid(setrole), :'new') END, name,
  CASE WHEN name IN ('search_path', 'local_preload_libraries', 'session_preload_libraries', 'temp_tablespaces') AND value <> '' THEN value
    ELSE quote_literal(value) END)
FROM pg_database d JOIN pg_db_role_setting s ON s.setdatabase = d.oid, unnest(setconfig) AS setting,
  LATERAL (SELECT split_part(setting, '=', 1) AS name, substr(setting, strpos(setting, '=') + 1) AS value) AS part
WHERE datname = :'old' \gexec
END
}

# The role whose tables they are: hub db migrate makes more of them, and the owner must be able to change those later.
owner_of_tables() { # database
  psql -qXtA -v ON_ERROR_STOP=1 -d "$1" -c "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = to_regclass('users')"
}

# As a value of a connection string: 'Options' takes a blank or a backslash only behind a backslash.
as_role() { # role
  local role=${1//\\/\\\\}
  role=${role// /\\ }
  echo "Options=\"-c role=${role//\"/\"\"}\""
}

# The name still belongs to the database from before.
give_back() { # name, new database
  trap - EXIT
  echo "The restore has failed." >&2
  if [ -n "$closed" ]; then
    if allow_connections "$1" true; then
      echo "'$1' is as it was before, and connections to it are allowed again." >&2
    else
      echo "'$1' does not allow connections. Run: ALTER DATABASE \"$1\" ALLOW_CONNECTIONS true" >&2
    fi
  fi
  if [ -n "$made" ]; then echo "What was restored is in the database '$2': look at it, and drop it before the next try." >&2; fi
}

restore_dump() { # file, changes
  [ -r "${1:-}" ] || fail "There is no dump '${1:-}'."
  require_changes "${2:-}"
  local name=${PGDATABASE:?Set PGDATABASE.} new lost exists owner
  closed="" made=""
  new=${name}_restored
  lost=${name}_lost_$(stamp)
  export PGDATABASE=postgres
  exists=$(psql -qXtA -v ON_ERROR_STOP=1 -v name="$name" <<<"SELECT 1 FROM pg_database WHERE datname = :'name'")
  psql -qXtA -v ON_ERROR_STOP=1 -v name="$new" <<<"SELECT 1 FROM pg_database WHERE datname = :'name'" | grep -q 1 &&
    fail "There is a database '$new' already, of a restore that has failed. Look at it, drop it, and run this again."

  # First without changing anything, then for good: no node comes back in the meantime.
  if [ -n "$exists" ]; then
    require_alone "$name" "are open. Stop every node, end other programs, and run this again. Nothing was changed."
    # shellcheck disable=SC2064
    trap "$(printf 'give_back %q %q' "$name" "$new")" EXIT
    allow_connections "$name" false
    closed=1
    require_alone "$name" "were opened just now. Stop every node, end other programs, and run this again."
  else
    # shellcheck disable=SC2064
    trap "$(printf 'give_back %q %q' "$name" "$new")" EXIT
  fi

  createdb --template=template0 --encoding=UTF8 "$new"
  made=1
  pg_restore --exit-on-error --dbname="$new" "$1"
  copy_rights "$name" "$new"
  owner=$(owner_of_tables "$new")
  [ -n "$owner" ] || fail "The dump '$1' holds no table 'users': it is none of IdentityHub."
  if [ -z "$exists" ]; then
    psql -qXv ON_ERROR_STOP=1 -v new="$new" -v owner="$owner" <<<'ALTER DATABASE :"new" OWNER TO :"owner"'
  fi
  end_all "Host=${PGHOST:-/var/run/postgresql};Port=${PGPORT:-5432};Database=$new;Username=${PGUSER:-$(id -un)};$(as_role "$owner")" \
    "${2:-}"
  psql -qXv ON_ERROR_STOP=1 -v name="$name" -v new="$new" -v lost="$lost" >/dev/null <<'END'
BEGIN;
SELECT format('ALTER DATABASE %I RENAME TO %I', :'name', :'lost') WHERE EXISTS (SELECT 1 FROM pg_database WHERE datname = :'name') \gexec
ALTER DATABASE :"new" RENAME TO :"name";
COMMIT;
END
  trap - EXIT
  # The lost one has another name now, so that no node opens it; hub audit query can.
  if [ -n "$exists" ]; then
    allow_connections "$lost" true || echo "Connections to '$lost' are not allowed." >&2
    echo "Restored: $name. The database before it: $lost"
  else
    echo "Restored: $name. There was no database of this name before."
  fi
}

require_plain() { # texts
  local text
  for text in "$@"; do
    case "$text" in
      *[!A-Za-z0-9_.:+\ /-]*) fail "'$text' has another character than letters, digits, blanks and _ . : + / -." ;;
    esac
  done
}

end_point() {
  as_owner "$bin/pg_ctl" stop --pgdata="$data" --mode=fast --silent >/dev/null 2>&1 || true
  rm -rf "$socket"
  if [ -e "$data/NOT_ENDED" ]; then
    echo "The restore has failed. Let no node use '$data': what was revoked may be alive in it ($data/NOT_ENDED)." >&2
  fi
}

restore_point() { # base backup, archived WAL, time, data folder, changes
  [ -f "${1:-}/PG_VERSION" ] || fail "There is no base backup in '${1:-}'."
  [ -d "${2:-}" ] || fail "There is no folder of archived WAL '${2:-}'."
  local base=$1 wal time=${3:?Name the moment.} target=() owner
  # They are written into settings and commands of PostgreSQL.
  require_plain "$3" "$(readlink -m "${4:-}")" "$(readlink -f "$2")"
  # Their files are elsewhere, and those of the running server may be in the way.
  [ -z "$(ls -A "$base/pg_tblspc" 2>/dev/null)" ] ||
    fail "The base backup has tablespaces: restore it by hand (docs/operations.md), then run hub db restored."
  # Not local: what runs at the end of the script reads them.
  data=$(readlink -m "${4:?Name the folder of the data.}")
  wal=$(readlink -f "$2")
  [ -z "$(ls -A "$data" 2>/dev/null)" ] || fail "The folder '$data' is not empty."
  require_changes "${5:-}"
  bin=${PG_BIN:-$(find /usr/lib/postgresql -path "*/$(cat "$base/PG_VERSION")/bin" | tail -n 1)}
  [ -x "$bin/pg_ctl" ] || fail "PostgreSQL $(cat "$base/PG_VERSION") is not on this machine: set PG_BIN."
  if [ "$time" != latest ]; then target=("-c recovery_target_time='$time'" "-c recovery_target_action=promote"); fi

  mkdir -p "$data"
  printf '%s\n' "hub db restored has not ended what this backup holds. Let no node use it: remove the folder, and restore again." \
    >"$data/NOT_ENDED"
  cp -a "$base/." "$data/"
  # Debian keeps these two elsewhere.
  [ -f "$data/postgresql.conf" ] || : >"$data/postgresql.conf"
  socket=$(mktemp -d -t hub-restore.XXXXXXXX)
  echo 'local all all trust' >"$socket/pg_hba.conf"
  touch "$data/recovery.signal"
  chmod 700 "$data"
  if [ "$(id -u)" = 0 ]; then chown -R postgres "$data" "$socket"; fi

  # On a socket of this script alone: no node can reach what has not been ended yet.
  trap 'end_point' EXIT
  (cd "$socket" && as_owner "$bin/pg_ctl" start --pgdata="$data" --log="$socket/server.log" --wait --timeout=86400 --silent \
    --options="-c listen_addresses='' -c port=5432 -c unix_socket_directories='$socket' \
    -c hba_file='$socket/pg_hba.conf' -c hot_standby=off -c archive_mode=off \
    -c restore_command='cp \"$wal/%f\" \"%p\"' ${target[*]:-}" </dev/null >/dev/null 2>&1) || { cat "$socket/server.log" >&2; exit 1; }
  export PGHOST=$socket PGPORT=5432 PGUSER=${PGUSER:-postgres}
  # pg_ctl does not wait for the end of the recovery, and until then nothing can connect.
  until "$bin/pg_isready" --quiet; do
    as_owner "$bin/pg_ctl" status --pgdata="$data" >/dev/null || { cat "$socket/server.log" >&2; exit 1; }
    sleep 0.5
  done
  owner=$(owner_of_tables "${PGDATABASE:-identityhub}")
  [ -n "$owner" ] || fail "The database '${PGDATABASE:-identityhub}' holds no table 'users': it is none of IdentityHub."
  end_all "Host=$socket;Database=${PGDATABASE:-identityhub};Username=$PGUSER;$(as_role "$owner")" "${5:-}"
  as_owner "$bin/pg_ctl" stop --pgdata="$data" --mode=fast --silent
  rm -f "$data/NOT_ENDED"
  echo "Restored to $time: $data. Start PostgreSQL on it as usual, and take a new base backup at once: the WAL that is" \
    "written from now on fits no earlier one."
}

restore_sqlite() { # backup, file, changes
  [ -f "${1:-}" ] || fail "There is no backup '${1:-}'."
  [ -n "${2:-}" ] || fail "Name the file to restore to."
  [ ! -e "$2" ] && [ ! -e "$2-wal" ] && [ ! -e "$2-shm" ] ||
    fail "'$2' exists: move it away, with its -wal and -shm files, and run this again."
  require_changes "${3:-}"
  command -v sqlite3 >/dev/null || fail "The program sqlite3 is not on this machine."
  local new=$2.restoring
  # Of a restore that has failed: its -wal would be read as one of the copy.
  rm -f "$new" "$new-wal" "$new-shm"
  cp "$1" "$new"
  end_all "Data Source=$(readlink -f "$new")" "${3:-}"
  # One file without the two others must hold all that was ended.
  sqlite3 "$new" '.timeout 30000' 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
  [ ! -s "$new-wal" ] || fail "'$new-wal' is not empty: another program has '$new' open. Nothing was restored."
  rm -f "$new-wal" "$new-shm"
  # The user of the nodes, who owns the folder, must be able to write it.
  if [ "$(id -u)" = 0 ]; then chown --reference="$(dirname "$(readlink -f "$new")")" "$new"; fi
  mv "$new" "$2"
  echo "Restored: $2"
}

case "${1:-}" in
  dump) shift; restore_dump "$@" ;;
  point) shift; restore_point "$@" ;;
  sqlite) shift; restore_sqlite "$@" ;;
  *) sed -n '2,15p' "$0" >&2; exit 2 ;;
esac
