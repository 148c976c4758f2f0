# One run of wrk against one server, and what it cost. A subject (hub, limit, peer) that was not started is passed over.
# Each run is a line of $results: round, scenario, subject, requests/s, p50 ms, p99 ms, server CPU ms/request,
# PostgreSQL CPU ms/request, answers >= 400, socket errors.

declare -A url pid

# Runs a wrk script from its own folder, so that it finds report.lua, and prints report.lua's fields.
drive() { # SECONDS CONNECTIONS URL SCRIPT ARGUMENT…
  local seconds=$1 connections=$2 target=$3 script=$4
  shift 4
  (cd "$here/wrk" && wrk -t 1 -c "$connections" -d "${seconds}s" --timeout 20s -s "$script" "$target" -- "$@") | grep '^run' | cut -f 2-
}

measure() { # SCENARIO SUBJECT CONNECTIONS PATH SCRIPT ARGUMENT…
  local scenario=$1 subject=$2 connections=$3 path=$4 server postgres run
  shift 4
  [ -n "${pid[$subject]:-}" ] || return 0
  if [ "$round" -eq 1 ]; then
    must_work "${url[$subject]}$path" "$@"
    drive "$warm_up_seconds" "$connections" "${url[$subject]}$path" "$@" >/dev/null
  fi

  if [ "$subject" = hub ]; then begin_statements; fi
  server=$(cpu_ms "${pid[$subject]}")
  postgres=$(postgres_cpu_ms)
  run=$(drive "$seconds" "$connections" "${url[$subject]}$path" "$@")
  record "$scenario" "$subject" "$run" $(($(cpu_ms "${pid[$subject]}") - server)) $(($(postgres_cpu_ms) - postgres))
  if [ "$subject" = hub ]; then end_statements "$scenario" "${run%%$'\t'*}"; fi
}

record() { # SCENARIO SUBJECT RUN [SERVER-CPU-MS POSTGRES-CPU-MS]
  local requests elapsed p50 p99 refused broken
  IFS=$'\t' read -r requests elapsed p50 p99 refused broken <<<"$3"
  awk -v OFS='\t' -v n="$requests" -v s="$elapsed" -v server="${4:-}" -v postgres="${5:-}" \
    -v run="$round	$1	$2" -v latency="$p50	$p99" -v faults="$refused	$broken" '
    function per_request(ms) { return ms == "" || n == 0 ? "" : sprintf("%.4f", ms / n) }
    BEGIN { print run, sprintf("%.1f", n / s), latency, per_request(server), per_request(postgres), faults }' | tee -a "$results" |
    awk -F '\t' '{ printf "  round %d  %-24s %-6s %8.0f/s  p50 %8.2f ms  p99 %8.2f ms\n", $1, $2, $3, $4, $5, $6 }' >&2
}

# A call must be answered before it is worth measuring; otherwise the whole script ends with what it answered.
must_work() { # URL SCRIPT [FILE [AUTHORIZATION]]
  case $2 in
    get.lua) must_answer_200 "$1" ;;
    paths.lua) must_answer_200 "${1%/}$(head -1 "$3")" -H 'X-Forwarded-Proto: https' ;;
    post.lua) must_answer_200 "$1" -H "Authorization: ${4:-}" -d "$(head -1 "$3")" ;;
    calls.lua) must_work_as_call "${1%/}" "${@:3}" ;;
    rotate.lua | once.lua) ;; # A single call would use a token up; that the tokens were to be had is the proof.
  esac
}

# Makes the last request of calls.lua's file by itself, and takes it out where each can be made once only.
must_work_as_call() { # URL FILE WAY [STATUS]
  local line call
  line=$(tail -1 "$2")
  mapfile -t call < <(tr '\t' '\n' <<<"$line")
  local arguments=(-X "${call[0]}" -H 'X-Forwarded-Proto: https') header
  if [ -n "${call[2]:-}" ]; then arguments+=(-d "${call[2]}"); fi
  for header in "${call[@]:3}"; do arguments+=(-H "$header"); done
  must_answer "${4:-2..}" "$1${call[1]}" "${arguments[@]}"
  if [ "$3" = once ]; then sed -i '$d' "$2"; fi
}

must_answer_200() { # URL CURL-ARGUMENT…
  must_answer 200 "$@"
}

must_answer() { # STATUS-PATTERN URL CURL-ARGUMENT…
  local expected=$1 status
  shift
  status=$(curl -s -o "$work/answer" -w '%{http_code}' "$@") || true
  if ! [[ $status =~ ^$expected$ ]]; then
    echo "$1 answered $status: $(head -c 500 "$work/answer")" >&2
    exit 1
  fi
}
