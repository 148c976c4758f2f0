# The parts of nodes.sh: nodes as processes, and one run against several of them at once.

node_urls=()
node_pids=()

pin_postgres() {
  local pid
  for pid in "$pg_pid" $(cat "/proc/$pg_pid/task/$pg_pid/children"); do taskset -acp "$other_cores" "$pid" >/dev/null; done
}

prepare_hub() {
  publish hub "$checkout/src/IdentityHub.Server"
  publish cli "$checkout/src/IdentityHub.Cli"
  set_up_hub
}

start_nodes() { # NUMBER
  local i
  for i in $(seq "$1"); do
    local node_url
    node_url=http://127.0.0.1:$(free_port)
    start_server "node-$i" taskset -c "$node_cores" env "${hub_settings[@]}" ASPNETCORE_URLS="$node_url" \
      dotnet "$work/hub/IdentityHub.Server.dll"
    if [ -n "$share" ]; then limit_node "$i" "$server_pid"; fi
    await_200 "node-$i" "$server_pid" "$node_url/.well-known/openid-configuration"
    node_urls+=("$node_url")
    node_pids+=("$server_pid")
  done
}

# At most so much of a core, by the quota of the kernel: control groups of version 2, or of version 1, there below the group of this script.
limit_node() { # NUMBER PID
  local group
  group=$(node_group)-$1
  mkdir "$group"
  if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
    echo "$((share * 200)) 20000" >"$group/cpu.max"
  else
    echo 20000 >"$group/cpu.cfs_period_us"
    echo $((share * 200)) >"$group/cpu.cfs_quota_us"
  fi
  echo "$2" >"$group/cgroup.procs"
}

node_group() {
  if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
    echo "/sys/fs/cgroup/identityhub-load-$$"
  else
    echo "/sys/fs/cgroup/cpu$(sed -n 's/^[0-9]*:[^:]*\bcpu\b[^:]*://p' /proc/$$/cgroup)/identityhub-load-$$"
  fi
}

stop_nodes() {
  local node group
  for node in ${node_pids[@]+"${node_pids[@]}"}; do stop_server "$node"; done
  if [ -z "$share" ]; then return; fi
  for group in "$(node_group)"-*; do
    if [ -d "$group" ]; then rmdir "$group" || true; fi
  done
}

# Refresh tokens for one count of nodes, a file a node: a chain stays with its load generator.
prepare_chains() { # COUNT
  local chains=$(((rounds + 1) * (connections / $1 + 2) + connections))
  local tokens=$((chains * $1))
  make_rows users.sql name="nodes-$1" users=$tokens organization=
  make_rows tokens.sql name="nodes-$1" client=load-password scopes='orders.read offline_access' audiences=orders tokens=$tokens |
    cut -f 2 | split -l "$chains" -d -a 1 - "$work/forms/refresh-$1-"
}

# One load generator a node at the same time; their rates add up, and the worst p99 of a node counts.
measure_nodes() { # SCENARIO COUNT
  if [ "$round" -eq 1 ]; then drive_nodes "$1" "$2" "$warm_up_seconds" >/dev/null; fi
  local before after postgres i
  before=$(nodes_cpu_ms "$2")
  postgres=$(postgres_cpu_ms)
  drive_nodes "$1" "$2" "$seconds" >"$work/runs"
  after=$(nodes_cpu_ms "$2")
  awk -v OFS='\t' -v scenario="$1" -v count="$2" -v nodes=$((after - before)) -v postgres=$(($(postgres_cpu_ms) - postgres)) -F '\t' '
    { requests += $1; rate += $1 / $2; faults += $5 + $6; if ($4 > p99) p99 = $4; if ($2 > elapsed) elapsed = $2 }
    END {
      print scenario, count, rate, p99, nodes / requests, postgres / requests, nodes / elapsed / 10, postgres / elapsed / 10, faults
    }' \
    "$work/runs" | tee -a "$work/results" >&2
}

nodes_cpu_ms() { # COUNT
  local total=0 i
  for i in $(seq 0 $(($1 - 1))); do total=$((total + $(cpu_ms "${node_pids[$i]}"))); done
  echo "$total"
}

drive_nodes() { # SCENARIO COUNT SECONDS
  local i drivers=()
  for i in $(seq 0 $(($2 - 1))); do
    drive_node "$1" "$2" "$3" "$i" "${node_urls[$i]}" >"$work/run-$i" &
    drivers+=($!)
  done
  for i in "${drivers[@]}"; do wait "$i"; done
  for i in $(seq 0 $(($2 - 1))); do cat "$work/run-$i"; done
}

drive_node() { # SCENARIO COUNT SECONDS NUMBER URL
  taskset -acp "$other_cores" "$BASHPID" >/dev/null
  local share_of_connections=$((connections / $2))
  case $1 in
    client_credentials)
      drive "$3" $share_of_connections "$5/connect/token" post.lua "$work/forms/client_credentials" "$(basic load-jwt)" ;;
    introspect) drive "$3" $share_of_connections "$5/connect/introspect" post.lua "$work/forms/introspect" "$(basic orders)" ;;
    refresh) drive "$3" $share_of_connections "$5/connect/token" rotate.lua "$work/forms/refresh-$2-$4" "$(basic load-password)" ;;
  esac
}
