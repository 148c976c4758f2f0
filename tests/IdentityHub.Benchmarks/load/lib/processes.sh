# Starting and stopping servers, and what the kernel counted for them.

started_pids=()

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "$port"; return; fi
  done
}

# Starts a server in the background, its output in $work/NAME.log; sets $server_pid.
start_server() { # NAME COMMAND…
  local name=$1
  shift
  "$@" >"$work/$name.log" 2>&1 &
  server_pid=$!
  started_pids+=("$server_pid")
}

stop_server() { # PID
  kill "$1" 2>/dev/null || return 0
  wait "$1" 2>/dev/null || true
}

stop_servers() {
  local pid
  for pid in ${started_pids[@]+"${started_pids[@]}"}; do stop_server "$pid"; done
}

# Waits for a 200 of URL; fails with the server's output when the server ends first or a minute is over.
await_200() { # NAME PID URL
  local attempts=0
  until curl -sf -o /dev/null "$3"; do
    attempts=$((attempts + 1))
    if ! kill -0 "$2" 2>/dev/null || [ "$attempts" -gt 6000 ]; then
      echo "$1 does not answer at $3:" >&2
      tail -40 "$work/$1.log" >&2
      exit 1
    fi
    sleep 0.01
  done
}

now_ms() {
  echo $(($(date +%s%N) / 1000000))
}

clock_ticks=$(getconf CLK_TCK)

# CPU time of PID so far in ms (utime + stime of proc(5); whatever else is in the fields given, such as 16 17 for ended children).
cpu_ms() { # PID [FIELD…]
  local stat pid=$1 ticks=0 field
  shift
  stat=$(cat "/proc/$pid/stat" 2>/dev/null) || { echo 0; return; }
  # Counted from behind the name, which may hold blanks: field 3 is the first.
  read -ra stat <<<"${stat##*) }"
  for field in 14 15 "$@"; do ticks=$((ticks + stat[field - 3])); done
  echo $((ticks * 1000 / clock_ticks))
}

# CPU time of the whole cluster in ms: the postmaster, its children alive and its children ended.
postgres_cpu_ms() {
  local total pid
  total=$(cpu_ms "$pg_pid" 16 17)
  for pid in $(cat "/proc/$pg_pid/task/$pg_pid/children"); do total=$((total + $(cpu_ms "$pid"))); done
  echo "$total"
}

resident_mb() { # PID
  awk '/^VmRSS:/ { print int($2 / 1024) }' "/proc/$1/status"
}
