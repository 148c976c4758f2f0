#!/usr/bin/env bash
# Backs up the database of IdentityHub. Never the key file: keep a copy of it where no backup of the database is.
#   backup.sh dump DIR          PostgreSQL: the whole database in one file, as it was when the call began (pg_dump)
#   backup.sh base DIR          PostgreSQL: the files of the server (pg_basebackup); with archived WAL any later moment can be restored
#   backup.sh sqlite FILE DIR   SQLite: a copy of the file, while the server goes on
#   backup.sh audit DIR         the audit rows of the last AUDIT_SPAN (25h) that 'hub db restored --changes' reads, signed under the key
#                               file; run it more often than that
# The database is that of PGHOST, PGPORT, PGDATABASE, PGUSER and PGPASSWORD or PGPASSFILE. 'audit' reads the settings of hub.
# HUB names the command line (hub). Each call prints the path of what it has made, which only its owner may read.
set -euo pipefail
umask 077

fail() { echo "$*" >&2; exit 1; }

stamp() { date -u +%Y%m%dT%H%M%SZ; }

# What is not complete never has the name of a backup.
keep() { mv "$1" "$2" && echo "$2"; } # path while it is made, path afterwards

hub() { ${HUB:-command hub} "$@"; }

need_dir() { [ -n "${1:-}" ] || fail "Name the folder of the backups."; mkdir -p "$1"; }

case "${1:-}" in
  dump)
    need_dir "${2:-}"
    to=$2/identityhub-$(stamp).dump
    pg_dump --format=custom --file="$to.part" "${PGDATABASE:?Set PGDATABASE.}"
    pg_restore --list "$to.part" >/dev/null
    keep "$to.part" "$to"
    ;;
  base)
    need_dir "${2:-}"
    to=$2/base-$(stamp)
    pg_basebackup --pgdata="$to.part" --checkpoint=fast --wal-method=stream
    keep "$to.part" "$to"
    ;;
  sqlite)
    [ -f "${2:-}" ] || fail "There is no SQLite file '${2:-}'."
    need_dir "${3:-}"
    to=$3/identityhub-$(stamp).db
    sqlite3 "$2" ".timeout 30000" ".backup '${to//\'/\'\'}.part'"
    [ "$(sqlite3 "$to.part" 'PRAGMA integrity_check')" = ok ] || fail "The copy of '$2' is not intact: $to.part"
    keep "$to.part" "$to"
    ;;
  audit)
    need_dir "${2:-}"
    to=$2/audit-$(stamp).ndjson
    hub audit changes --from "${AUDIT_SPAN:-25h}" >"$to.part"
    keep "$to.part" "$to"
    ;;
  *) sed -n '2,9p' "$0" >&2; exit 2 ;;
esac
