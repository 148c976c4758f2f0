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
  if [ "${statements:-no}" = yes ]; then settings+=" -c shared_preload_libraries=pg_stat_statements -c pg_stat_statements.max=10000"; fi
  if [ "$fsync" = off ]; then settings+=" -c fsync=off -c synchronous_commit=off -c full_page_writes=off"; fi
  as_postgres "$pg_bin/pg_ctl" -D "$work/postgres/data" -l "$work/postgres/log" -o "$settings" -w start >/dev/null
  if [ "${statements:-no}" = yes ]; then sql postgres -c 'CREATE EXTENSION pg_stat_statements'; fi
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

# What the tables of DATABASE hold, with their indexes; partitions are added up. Tables below 100 rows are left out.
describe_tables() { # DATABASE
  sql "$1" -c 'ANALYZE'
  printf '%-26s %12s %10s %12s %14s\n' table rows MB 'bytes/row' 'of it indexes'
  sql "$1" -F $'\t' -c "
    SELECT coalesce(p.relname, c.relname), sum(c.reltuples)::bigint, sum(pg_total_relation_size(c.oid)), sum(pg_indexes_size(c.oid))
    FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = i.inhparent
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
    GROUP BY 1 HAVING sum(c.reltuples) >= 100 ORDER BY 3 DESC" |
    awk -F '\t' '{ printf "%-26s %12d %10.1f %12.0f %14.0f\n", $1, $2, $3 / 1048576, $3 / $2, $4 / $2 }'
}
