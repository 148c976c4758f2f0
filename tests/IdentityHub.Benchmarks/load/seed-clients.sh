#!/usr/bin/env bash
# Prints COUNT clients as a configuration file: seed-clients.sh COUNT
set -euo pipefail

awk -v count="$1" 'BEGIN {
  print "clients:"
  for (i = 1; i <= count; i++) {
    printf "  - client_id: seeded-%d\n", i
    print "    grant_types: [client_credentials]"
    # The digest of nothing in particular: nobody logs in as a seeded client.
    print "    client_secrets: [{ value: \"sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\" }]"
    print "    scope: orders.read"
  }
}'
