# What each statement of the hub costs (--statements), by pg_stat_statements. Its rows are cleared before each run of a scenario and read
# after it. A line of $work/statements: scenario, requests, calls, ms, rows, blocks hit, blocks read, WAL bytes, statement. A line of
# $work/wal: scenario, requests, WAL bytes, flushes.

begin_statements() {
  [ "$statements" = yes ] || return 0
  sql postgres -c 'SELECT pg_stat_statements_reset()' >/dev/null
  wal_before=$(wal_position)
}

# Bytes and flushes so far: rows of the log that no statement is charged with, such as commits, are in them. PostgreSQL 18 counts flushes
# elsewhere.
wal_position() {
  sql postgres -c "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint || ' ' || coalesce(to_jsonb(w) ->> 'wal_sync', '0')
    FROM pg_stat_wal w"
}

end_statements() { # SCENARIO REQUESTS
  [ "$statements" = yes ] || return 0
  sql postgres -F $'\t' -c "
    SELECT '$1', $2, calls, total_exec_time, rows, shared_blks_hit, shared_blks_read, wal_bytes, regexp_replace(query, '\s+', ' ', 'g')
    FROM pg_stat_statements JOIN pg_database d ON d.oid = dbid WHERE datname = 'hub'" >>"$work/statements"
  local before after
  read -ra before <<<"$wal_before"
  # The server reports its flushes with a delay.
  sleep 1
  read -ra after <<<"$(wal_position)"
  printf '%s\t%s\t%s\t%s\n' "$1" "$2" $((after[0] - before[0])) $((after[1] - before[1])) >>"$work/wal"
}

report_statements() {
  [ "$statements" = yes ] || return 0
  echo
  awk -f "$here/statements.awk" "$work/wal" "$work/statements"
}
