#!/usr/bin/env bash
# Writes the software bill of materials of what is shipped: one CycloneDX file for the server and one for the command line.
#   deploy/sbom.sh [FOLDER]     FOLDER is artifacts/sbom where it is left out
# The tool is pinned in .config/dotnet-tools.json. Packages that are only used to build or to test are not listed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=${1:-artifacts/sbom}
version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)
mkdir -p "$folder"
dotnet tool restore --verbosity quiet

for project in IdentityHub.Server IdentityHub.Cli; do
  file="$project.cdx.json"
  dotnet tool run dotnet-CycloneDX -- "src/$project/$project.csproj" --output "$folder" --filename "$file" --output-format Json \
    --set-name "$project" --set-version "$version" --exclude-dev --exclude-test-projects --no-serial-number >"$folder/$project.log" || {
      cat "$folder/$project.log" >&2
      exit 1
    }
  rm "$folder/$project.log"
  count=$(grep -c '"purl"' "$folder/$file" || true)
  if [ "$count" = 0 ]; then
    echo "$folder/$file lists no package." >&2
    exit 1
  fi
  echo "$folder/$file: $count packages"
done
