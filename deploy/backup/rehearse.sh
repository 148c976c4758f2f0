#!/usr/bin/env bash
# Rehearses a restore to a point in time on a throwaway PostgreSQL with archived WAL: makes users and logins, a base backup, ends and
# changes some of them, restores the moment before, and shows that nothing of it is alive. Needs PostgreSQL and hub on this machine;
# changes nothing else. HUB and PG_BIN as for restore.sh. Exit code 0 says that nothing revoked is alive; otherwise standard error says
# what is.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

hub() { ${HUB:-command hub} "$@"; }

as_owner() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

bin=${PG_BIN:-$(find /usr/lib/postgresql -name pg_basebackup -path '*/bin/*' | sort -V | tail -n 1 | xargs -r dirname)}
[ -x "$bin/initdb" ] || { echo "There is no PostgreSQL on this machine: set PG_BIN." >&2; exit 1; }
folder=$(mktemp -d -t hub-rehearsal.XXXXXXXX)
mkdir "$folder/wal"
if [ "$(id -u)" = 0 ]; then chown -R postgres "$folder"; fi
running=""

stop() { [ -z "$running" ] || as_owner "$bin/pg_ctl" stop --pgdata="$running" --mode=fast --silent >/dev/null 2>&1 || true; running=""; }
trap 'stop; rm -rf "$folder"' EXIT

start() { # data folder
  as_owner "$bin/pg_ctl" start --pgdata="$1" --log="$folder/server.log" --wait --silent --options="-c listen_addresses='' \
    -c unix_socket_directories='$folder' -c archive_mode=on -c wal_level=replica -c archive_command='cp \"%p\" \"$folder/wal/%f\"'" \
    </dev/null >/dev/null 2>&1 || { cat "$folder/server.log" >&2; exit 1; }
  running=$1
}

ask() { as_owner psql -h "$folder" -U hub -d identityhub -qXtA -v ON_ERROR_STOP=1 -c "$1"; }

cd "$folder"
export PGHOST=$folder PGUSER=hub PGDATABASE=identityhub HUB PG_BIN=$bin
export ConnectionStrings__IdentityHub="Host=$folder;Database=identityhub;Username=hub"
export IdentityHub__KeyProtection__KeyFile=$folder/hub.key
(umask 077 && head -c 32 /dev/urandom | base64 >"$folder/hub.key")
as_owner "$bin/initdb" --pgdata="$folder/data" --username=hub --auth=trust --encoding=UTF8 --locale=C >"$folder/initdb.log"
start "$folder/data"
as_owner createdb -h "$folder" -U hub identityhub
hub db migrate >/dev/null
hub db seed --stage development --users 50 >/dev/null
base=$(bash "$here/backup.sh" base "$folder/backups")
if [ "$(id -u)" = 0 ]; then chown -R postgres "$folder/backups"; fi

# What is to be lost begins here. One user with a login and one without a block are enough to tell.
moment=$(ask "SELECT clock_timestamp()")
signed_in=$(ask "SELECT u.user_name FROM users u JOIN sessions s ON s.user_id = u.id WHERE u.disabled_at IS NULL ORDER BY 1 LIMIT 1")
other=$(ask "SELECT user_name FROM users WHERE disabled_at IS NULL AND user_name <> '$signed_in' ORDER BY 1 LIMIT 1")
live=$(ask "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL")
hub sessions end --user "$signed_in" >/dev/null
hub users disable "$other" >/dev/null
changes=$(AUDIT_SPAN=1h bash "$here/backup.sh" audit "$folder/backups")
ask "SELECT pg_switch_wal()" >/dev/null
stop

# A server that stops archives the rest by itself; a lost one would not.
HUB_RESTORED="" bash "$here/restore.sh" point "$base" "$folder/wal" "$moment" "$folder/restored" "$changes"
[ ! -e "$folder/restored/NOT_ENDED" ] || { echo "The restored folder says that it was not ended." >&2; exit 1; }
start "$folder/restored"
back=$(ask "SELECT COUNT(*) FROM sessions")
alive=$(ask "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL")
enabled=$(ask "SELECT COUNT(*) FROM users WHERE user_name = '$other' AND disabled_at IS NULL")
known=$(ask "SELECT COUNT(*) FROM sessions WHERE end_reason = 'ended_by_administrator'")
audited=$(ask "SELECT COUNT(*) FROM audit_events WHERE type = 'database.restored'")
echo "Logins at $moment: $live. In the restored database: $back, of them alive: $alive."
[ "$live" -gt 0 ] && [ "$back" -ge "$live" ] || { echo "The backup does not hold the logins: the rehearsal says nothing." >&2; exit 1; }
[ "$known" = 0 ] || { echo "The restored database is not that of $moment." >&2; exit 1; }
[ "$alive" = 0 ] || { echo "$alive logins are alive again." >&2; exit 1; }
[ "$enabled" = 0 ] || { echo "User $other, who was disabled after the backup, is enabled again." >&2; exit 1; }
[ "$audited" = 1 ] || { echo "The audit trail does not tell of the restore." >&2; exit 1; }
echo "Nothing that was revoked is alive."
