#!/usr/bin/env bash
# The one test command: builds once, starts one throwaway PostgreSQL for all test projects (unless IDENTITYHUB_TEST_POSTGRES names one, or
# the machine has only a container engine: then each test process starts a container), and runs two projects at a time, on one core one
# after the other; the output of each is printed as a whole when it has ended. Ends with the ten slowest fixtures and the line
# "N passed, N failed" (and "N skipped" where there are any).
#   tests/run.sh              everything
#   tests/run.sh Storage …    only the test projects whose names contain one of the words
# HUB_ARTIFACTS names another folder for the build output, HUB_LANES another number of projects to run at a time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Hundreds of databases are made and removed: in memory, where there is room for them.
roomy() { # directory, GiB
  local free
  free=$(df --output=avail -k "$1" 2>/dev/null | tail -n 1) && [ "${free:-0}" -ge $(($2 * 1024 * 1024)) ]
}
scratch=$(mktemp -d -t hub-tests.XXXXXXXX)
if [ -z "${TMPDIR:-}" ] && [ -w /dev/shm ] && roomy /dev/shm 4; then
  rmdir "$scratch"
  scratch=$(mktemp -d -p /dev/shm hub-tests.XXXXXXXX)
fi
chmod 711 "$scratch"
results=$scratch/results
mkdir "$results"
cluster="" lanes=""

# A project alone leaves half of two cores idle: it waits for databases, timers, and programs that it starts.
cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
lane_count=${HUB_LANES:-$((cores > 1 ? 2 : 1))}

clean_up() {
  if [ -n "$lanes" ]; then kill "$lanes" 2>/dev/null || true; fi
  if [ -n "$cluster" ]; then bash tests/postgres.sh stop "$cluster"; fi
  rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n== %s\n' "$*"; }

has() { command -v "$1" >/dev/null || find /usr/lib/postgresql -name "$1" 2>/dev/null | grep -q .; } # program

has_engine() { [ -n "${DOCKER_HOST:-}" ] || { command -v docker >/dev/null && docker info >/dev/null 2>&1; }; }

need() { # program package
  if has "$1"; then return; fi
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "'$1' is missing: install the package '$2'." >&2
    exit 1
  fi
  say "Installing $2"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$2" >/dev/null
}

# Once for each state of the lock file: later runs need no network.
node_packages() { # folder
  need node nodejs
  need npm npm
  if cmp -s "$1/package-lock.json" "$1/node_modules/.installed-lock.json"; then return; fi
  say "Installing the packages of $1"
  (cd "$1" && npm ci --prefer-offline --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
  cp "$1/package-lock.json" "$1/node_modules/.installed-lock.json"
}

# Test projects are those that reference the test SDK. The one with most sources comes first: it takes longest.
chosen() {
  local project name word
  grep -l 'Microsoft.NET.Test.Sdk' tests/*/*.csproj | while read -r project; do
    echo "$(find "$(dirname "$project")" -name '*.cs' -not -path '*/obj/*' -exec cat {} + | wc -c) $project"
  done | sort -rn | while read -r _ project; do
    name=$(basename "$project" .csproj)
    if [ $# = 0 ]; then echo "$project"; continue; fi
    for word in "$@"; do
      case $name in *"$word"*) echo "$project"; break ;; esac
    done
  done
}

# One compiler for all projects: loading it and its analyzers anew for each takes most of the time of a build.
# It keeps what it writes to open, so that this is a file.
build() {
  local ended=0
  dotnet build "$1" --nologo -v quiet -p:UseSharedCompilation=true ${HUB_ARTIFACTS:+--artifacts-path "$HUB_ARTIFACTS"} \
    </dev/null >"$results/build.log" 2>&1 || ended=$?
  cat "$results/build.log"
  return $ended
}

assembly() { # project
  local name
  name=$(basename "$1" .csproj)
  if [ -n "${HUB_ARTIFACTS:-}" ]; then
    echo "$HUB_ARTIFACTS/bin/$name/debug/$name.dll"
  else
    echo "$(dirname "$1")/bin/Debug/net10.0/$name.dll"
  fi
}

run_tests() { # project: leaves NAME.trx, NAME.log and NAME.ended
  local name ended=0
  name=$(basename "$1" .csproj)
  dotnet test "$(assembly "$1")" --nologo --results-directory "$results" --logger "trx;LogFileName=$name.trx" \
    --logger "console;verbosity=minimal" --blame-hang-timeout 8m --blame-hang-dump-type none </dev/null >"$results/$name.log" 2>&1 &
  wait $! || ended=$?
  echo "$ended" >"$results/$name.ended"
}

# Takes one project after the other that no other lane has taken, and prints the name of each that has ended.
lane() { # project …
  local project
  trap 'kill $(jobs -p) 2>/dev/null; exit 143' TERM
  for project in "$@"; do
    mkdir "$results/$(basename "$project").taken" 2>/dev/null || continue
    run_tests "$project"
    basename "$project" .csproj
  done
}

run_lanes() { # project …
  local i
  trap 'kill $(jobs -p) 2>/dev/null; exit 143' TERM
  for ((i = 0; i < lane_count; i++)); do lane "$@" & done
  wait
}

# The test fixtures that took longest. Tests of one fixture may run at the same time; their times are added up.
slowest() { # trx …
  awk '
    function attribute(name) {
      return match($0, " " name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : ""
    }
    /<UnitTestResult / {
      split(attribute("duration"), time, ":")
      seconds[attribute("testId")] += time[1] * 3600 + time[2] * 60 + time[3]
      runs[attribute("testId")]++
    }
    /<UnitTest / { id = attribute("id") }
    /<TestMethod / {
      fixture = attribute("className")
      gsub("&quot;", "\"", fixture)
      total[fixture] += seconds[id]
      tests[fixture] += runs[id]
    }
    END { for (fixture in total) printf "%8.1f s %5d tests  %s\n", total[fixture], tests[fixture], fixture }' "$@" | sort -rn | sed -n 1,10p
}

counter() { # file name: one number of its <Counters …/>
  sed -n "s/.*<Counters .*\b$2=\"\([0-9]*\)\".*/\1/p" "$1" | head -n 1
}

command -v dotnet >/dev/null || { echo "'dotnet' is missing: install the .NET SDK that global.json names." >&2; exit 1; }
if [ -z "${IDENTITYHUB_TEST_POSTGRES:-}" ] && ! has initdb && ! has_engine; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then need initdb postgresql; else bash tests/postgres.sh start $$; fi
fi
mapfile -t projects < <(chosen "$@")
if [ ${#projects[@]} = 0 ]; then
  echo "No test project is named like: $*" >&2
  exit 1
fi

for project in "${projects[@]}"; do
  case $project in
    */IdentityHub.Interop.csproj)
      need chromium chromium
      node_packages "$(dirname "$project")/node"
      ;;
    */IdentityHub.Browser.Tests.csproj) need chromium chromium ;;
    */IdentityHub.Deploy.Tests.csproj)
      need nginx nginx
      need haproxy haproxy
      need promtool prometheus
      need sqlite3 sqlite3
      ;;
    */IdentityHub.Server.Tests.csproj)
      # Where nothing may be installed, the tests that need it fail and name it.
      if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then need pgbouncer pgbouncer; fi
      ;;
  esac
done

say "Building"
if [ $# = 0 ]; then
  build IdentityHub.sln
else
  for project in "${projects[@]}"; do build "$project"; done
fi
dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1 || true

# It pays where everything runs.
if [ $# = 0 ]; then
  say "Compiling ahead"
  mkdir "$scratch/ahead"
  for project in "${projects[@]}"; do dirname "$(assembly "$project")"; done | xargs bash tests/ahead.sh "$scratch/ahead"
  rm -rf "$scratch/ahead"
fi

# Not earlier: build servers outlive this run, and meet in the folder for temporary files.
export TMPDIR=$scratch

# Many servers at once, and the kernel lets a user watch few files: none of them waits for its appsettings.json to change.
export DOTNET_hostBuilder__reloadConfigOnChange=false

# A page of code is mapped a second time whenever a method is compiled: nothing that a test needs protection from.
export DOTNET_EnableWriteXorExecute=0

if [ -z "${IDENTITYHUB_TEST_POSTGRES:-}" ] && has initdb; then
  say "Starting PostgreSQL"
  export IDENTITYHUB_TEST_POSTGRES
  IDENTITYHUB_TEST_POSTGRES=$(bash tests/postgres.sh start $$)
  cluster=${IDENTITYHUB_TEST_POSTGRES#Host=}
  cluster=${cluster%%;*}
fi

say "Running ${#projects[@]} test projects"
passed=0 failed=0 skipped=0 broken=()
exec 3< <(run_lanes "${projects[@]}")
lanes=$!
while read -r name <&3; do
  say "$name"
  cat "$results/$name.log"
done
lanes=""

for project in "${projects[@]}"; do
  name=$(basename "$project" .csproj)
  ended=$(cat "$results/$name.ended" 2>/dev/null || echo 1)
  file="$results/$name.trx"
  ran=0 good=0
  if [ -f "$file" ]; then
    ran=$(counter "$file" executed)
    good=$(counter "$file" passed)
    skipped=$((skipped + $(counter "$file" total) - ran))
  fi

  # A run that broke off, or ran nothing, is a failure even where no single test is.
  if [ "$ran" = 0 ] || { [ "$ended" != 0 ] && [ "$ran" = "$good" ]; }; then
    broken+=("$name")
    failed=$((failed + 1))
  fi
  passed=$((passed + good))
  failed=$((failed + ran - good))
done

say "The ten slowest fixtures"
slowest "$results"/*.trx 2>/dev/null || echo "No project has left results."

say "Result"
for name in ${broken[@]+"${broken[@]}"}; do echo "$name did not finish, or ran no test."; done
line="$passed passed, $failed failed"
if [ "$skipped" != 0 ]; then line="$line, $skipped skipped"; fi
echo "$line"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
