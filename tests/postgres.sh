#!/usr/bin/env bash
# A throwaway PostgreSQL cluster for tests: fast, unsafe, on a Unix socket only.
#   postgres.sh start PID     makes one and prints its connection string (Npgsql); it ends with the process PID, however that ends.
#                             Exit code 3: there is no PostgreSQL on this machine. HUB_POSTGRES_PROGRAMS names the only folder to look in.
#   postgres.sh stop DIR      ends the one whose socket is in DIR (the Host= of its connection string) and removes it
set -euo pipefail
script=$(readlink -f "${BASH_SOURCE[0]}")

# initdb and pg_ctl refuse to work as root.
as_owner() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

programs() {
  local found=""
  if [ -z "${HUB_POSTGRES_PROGRAMS:-}" ]; then found=$(command -v initdb || true); fi
  if [ -z "$found" ]; then
    found=$(find "${HUB_POSTGRES_PROGRAMS:-/usr/lib/postgresql}" -name initdb 2>/dev/null | sort -V | tail -n 1 || true)
  fi
  if [ -z "$found" ]; then
    cat >&2 <<END
There is no PostgreSQL for the tests. One of these is needed:
  1. A server of your own: set IDENTITYHUB_TEST_POSTGRES to the connection string of a database whose user may create databases.
  2. PostgreSQL 14 or later on this machine: install the package 'postgresql'. There is no initdb on the PATH or under /usr/lib/postgresql.
  3. A container: start Docker or another engine with its API. None answers.
END
    exit 3
  fi
  dirname "$(readlink -f "$found")"
}

start() { # process
  local bin dir
  bin=$(programs)
  dir=$(mktemp -d -t hub-pg.XXXXXXXX)
  if [ "$(id -u)" = 0 ]; then chown postgres "$dir"; fi
  cd "$dir"
  as_owner "$bin/initdb" --pgdata="$dir/data" --username=hub --auth=trust --encoding=UTF8 --locale=C --no-sync >"$dir/initdb.log" 2>&1 ||
    { cat "$dir/initdb.log" >&2; exit 1; }
  as_owner "$bin/pg_ctl" start --pgdata="$dir/data" --log="$dir/server.log" --wait --silent --options="-c listen_addresses='' \
    -c unix_socket_directories='$dir' -c max_connections=600 -c shared_buffers=128MB -c autovacuum=off -c checkpoint_timeout=1h \
    -c fsync=off -c full_page_writes=off -c synchronous_commit=off" >"$dir/start.log" 2>&1 </dev/null ||
    { cat "$dir/start.log" "$dir/server.log" >&2; exit 1; }
  setsid bash "$script" follow "$1" "$dir" </dev/null >/dev/null 2>&1 &
  echo "Host=$dir;Username=hub;Database=postgres"
}

follow() { # process directory
  while [ -d "$2" ] && kill -0 "$1" 2>/dev/null; do sleep 1; done
  stop "$2"
}

stop() { # directory
  local bin
  bin=$(programs)
  cd /
  as_owner "$bin/pg_ctl" stop --pgdata="$1/data" --mode=immediate --silent >/dev/null 2>&1 || true
  rm -rf "$1"
}

case "${1:-}" in
  start) start "${2:?the process that the cluster belongs to}" ;;
  follow) follow "$2" "$3" ;;
  stop) stop "${2:?the directory of the cluster}" ;;
  *) sed -n '2,5p' "$0" >&2; exit 2 ;;
esac
