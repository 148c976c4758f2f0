# A throwaway PostgreSQL cluster below $work, on a free port of 127.0.0.1. Stock settings but for the connections;
# --no-fsync adds the switches for disks too noisy to measure on.

pg_bin=$(pg_config --bindir 2>/dev/null || find /usr/lib/postgresql/*/bin -maxdepth 0 | sort -V | tail -1)

# PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

start_postgres() {
  pg_port=$(free_port)
  if [ "$(id -u)" -eq 0 ]; then install -d -o postgres "$work/postgres"; else mkdir "$work/postgres"; fi
  as_postgres "$pg_bin/initdb" -D "$work/postgres/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null

  local settings="-c listen_addresses=127.0.0.1 -c port=$pg_port -c unix_socket_directories= -c max_connections=200"
  if [ "$fsync" = off ]; then settings+=" -c fsync=off -c synchronous_commit=off -c full_page_writes=off"; fi
  as_postgres "$pg_bin/pg_ctl" -D "$work/postgres/data" -l "$work/postgres/log" -o "$settings" -w start >/dev/null
  pg_pid=$(as_postgres head -1 "$work/postgres/data/postmaster.pid")
}

stop_postgres() {
  if [ -n "${pg_pid:-}" ]; then as_postgres "$pg_bin/pg_ctl" -D "$work/postgres/data" -m immediate stop >/dev/null || true; fi
}

# SQL from the arguments or, without any, from standard input; DATABASE is the first argument.
sql() {
  local database=$1
  shift
  "$pg_bin/psql" -h 127.0.0.1 -p "$pg_port" -U postgres -d "$database" -v ON_ERROR_STOP=1 -qAtX "$@"
}

connection_string() { # DATABASE
  echo "Host=127.0.0.1;Port=$pg_port;Username=postgres;Database=$1"
}

describe_postgres() {
  sql postgres -c "SELECT 'PostgreSQL ' || current_setting('server_version') || ': ' ||
      string_agg(name || '=' || current_setting(name), ', ' ORDER BY name)
    FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_connections')"
}
