#!/usr/bin/env bash
# The one test command: builds once, starts one throwaway PostgreSQL for all test projects, runs them one after the other, and ends
# with the line "N passed, N failed" (and "N skipped" where there are any).
#   tests/run.sh              everything
#   tests/run.sh Storage …    only the test projects whose names contain one of the words
# HUB_ARTIFACTS names another folder for the build output.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

results=$(mktemp -d -t hub-results.XXXXXXXX)
cluster=""

clean_up() {
  if [ -n "$cluster" ]; then bash tests/postgres.sh stop "$cluster"; fi
  rm -rf "$results"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n== %s\n' "$*"; }

need() { # program package
  if command -v "$1" >/dev/null || find /usr/lib/postgresql -name "$1" 2>/dev/null | grep -q .; then return; fi
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

# Test projects are those that reference the test SDK.
chosen() {
  local project name word
  grep -l 'Microsoft.NET.Test.Sdk' tests/*/*.csproj | while read -r project; do
    name=$(basename "$project" .csproj)
    if [ $# = 0 ]; then echo "$project"; continue; fi
    for word in "$@"; do
      case $name in *"$word"*) echo "$project"; break ;; esac
    done
  done
}

build() { dotnet build "$1" --nologo -v quiet ${HUB_ARTIFACTS:+--artifacts-path "$HUB_ARTIFACTS"} </dev/null; }

run_tests() { # project: leaves NAME.trx
  dotnet test "$1" --no-build --nologo ${HUB_ARTIFACTS:+--artifacts-path "$HUB_ARTIFACTS"} \
    --results-directory "$results" --logger "trx;LogFileName=$(basename "$1" .csproj).trx" --logger "console;verbosity=minimal" \
    --blame-hang-timeout 8m --blame-hang-dump-type none </dev/null
}

counter() { # file name: one number of its <Counters …/>
  sed -n "s/.*<Counters .*\b$2=\"\([0-9]*\)\".*/\1/p" "$1" | head -n 1
}

command -v dotnet >/dev/null || { echo "'dotnet' is missing: install the .NET SDK that global.json names." >&2; exit 1; }
need initdb postgresql
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
  esac
done

say "Building"
if [ $# = 0 ]; then
  build IdentityHub.sln
else
  for project in "${projects[@]}"; do build "$project"; done
fi

say "Starting PostgreSQL"
export IDENTITYHUB_TEST_POSTGRES
IDENTITYHUB_TEST_POSTGRES=$(bash tests/postgres.sh start $$)
cluster=${IDENTITYHUB_TEST_POSTGRES#Host=}
cluster=${cluster%%;*}

passed=0 failed=0 skipped=0 broken=()
for project in "${projects[@]}"; do
  name=$(basename "$project" .csproj)
  say "$name"
  ended=0
  run_tests "$project" || ended=$?
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

say "Result"
for name in ${broken[@]+"${broken[@]}"}; do echo "$name did not finish, or ran no test."; done
line="$passed passed, $failed failed"
if [ "$skipped" != 0 ]; then line="$line, $skipped skipped"; fi
echo "$line"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
