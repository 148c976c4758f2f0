# Turns the lines of lib/statements.sh into a table for each scenario: what a request asks of PostgreSQL. The rounds are added up.
# Statements of fewer than one in a thousand requests are left out.

BEGIN { FS = "\t" }

FILENAME == ARGV[1] {
  if (!($1 in requests)) order[++scenarios] = $1
  requests[$1] += $2; bytes[$1] += $3; flushes[$1] += $4
  next
}

{
  key = $1 FS $9
  if (!(key in calls)) keys[++count] = key
  calls[key] += $3; ms[key] += $4; rows[key] += $5; hit[key] += $6; read_[key] += $7; wal[key] += $8
}

END {
  for (s = 1; s <= scenarios; s++) {
    name = order[s]
    n = requests[name]
    printf "%s: %.0f bytes of WAL and %.2f flushes a request\n", name, bytes[name] / n, flushes[name] / n
    printf "  %9s %9s %7s %9s %9s %9s  %s\n", "calls/req", "mean ms", "rows", "blk hit", "blk read", "WAL bytes", "statement"
    listed = 0
    for (k = 1; k <= count; k++) {
      split(keys[k], parts, FS)
      if (parts[1] == name && calls[keys[k]] * 1000 >= n) chosen[++listed] = keys[k]
    }
    for (i = 2; i <= listed; i++)
      for (j = i; j > 1 && ms[chosen[j - 1]] < ms[chosen[j]]; j--) { swap = chosen[j]; chosen[j] = chosen[j - 1]; chosen[j - 1] = swap }
    for (i = 1; i <= listed; i++) {
      k = chosen[i]
      split(k, parts, FS)
      printf "  %9.3f %9.4f %7.2f %9.1f %9.3f %9.0f  %s\n", calls[k] / n, ms[k] / calls[k], rows[k] / calls[k], hit[k] / calls[k],
        read_[k] / calls[k], wal[k] / calls[k], substr(parts[2], 1, 110)
    }
    print ""
  }
}
