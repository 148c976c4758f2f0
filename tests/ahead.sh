#!/usr/bin/env bash
# Compiles what test processes load ahead of time, in place: a whole run starts a hundred servers, and each would compile the same code
# anew. What the assemblies say stays what it was. Where the compiler cannot be had, the tests run as they are.
#   ahead.sh SCRATCH FOLDER …     a folder for the time of the call, and those with the assemblies
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scratch=$1
shift

# What servers, hub and most tests run. Other packages take longer to compile than they run.
names='IdentityHub\..*|hub|Microsoft\.(EntityFrameworkCore|Data\.Sqlite|IdentityModel|AspNetCore|OpenApi).*|Npgsql.*|SQLitePCLRaw.*'
names+='|OpenTelemetry.*|YamlDotNet|nunit\.framework|NUnit3\.TestAdapter|AngleSharp|MailKit|MimeKit|Fido2.*|PhoneNumbers'
names=${names//.\*/[^/]*}

skip() { echo "Not compiled ahead: $*." >&2; exit 0; }

case $(uname -sm) in
  "Linux x86_64") rid=linux-x64 ;;
  "Linux aarch64") rid=linux-arm64 ;;
  *) skip "no compiler for $(uname -sm) is known here" ;;
esac
dotnet restore src/IdentityHub.Server --runtime "$rid" -p:PublishReadyToRun=true --artifacts-path "$scratch/restored" --nologo \
  -v quiet >&2 ||
  skip "the compiler is not served"
packages=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: *//')
compiler=$(find "$packages/microsoft.netcore.app.crossgen2.$rid" -path '*/tools/crossgen2' -type f | sort -V | tail -n 1)
runtime=$(dotnet --list-runtimes | sed -n 's/^Microsoft\.NETCore\.App \(10\.[0-9.]*\) \[\(.*\)\]$/\2\/\1/p' | sort -V | tail -n 1)
[ -n "$compiler" ] && [ -d "$runtime" ] || skip "there is no compiler, or no runtime"

# Projects have copies of the same file: each content is compiled once.
find "$@" -maxdepth 1 -type f -regextype posix-extended -regex ".*/($names)\.dll" -exec sha256sum {} + | sort >"$scratch/files"
compile() { # hash file
  "$compiler" "$2" -o "$scratch/$1.dll" -O --targetos linux --targetarch "${rid#linux-}" -r "$runtime/*.dll" \
    -r "${runtime/NETCore/AspNetCore}/*.dll" -r "$(dirname "$2")/*.dll" >"$scratch/$1.log" 2>&1 || rm -f "$scratch/$1.dll"
}
export -f compile
export compiler scratch rid runtime
uniq -w 64 "$scratch/files" | xargs -P "$(nproc)" -L 1 bash -c 'compile "$@"' compile
while read -r hash file; do
  if [ -f "$scratch/$hash.dll" ]; then cp "$scratch/$hash.dll" "$file"; fi
done <"$scratch/files"
echo "$(find "$scratch" -maxdepth 1 -name '*.dll' | wc -l) of $(uniq -w 64 "$scratch/files" | wc -l) assemblies are compiled ahead."
