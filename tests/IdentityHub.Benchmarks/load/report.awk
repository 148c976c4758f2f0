# Turns the lines of lib/measure.sh into the tables: medians of the rounds, ratios to the limit of the same round.
# Input: the results file, then the start-up file (name, ms), then the memory file (name, MB).

BEGIN { FS = "\t" }

function median(list, values, n, i, j, swap) {
  n = split(list, values, " ")
  for (i = 2; i <= n; i++)
    for (j = i; j > 1 && values[j - 1] + 0 > values[j] + 0; j--) {
      swap = values[j]; values[j] = values[j - 1]; values[j - 1] = swap
    }
  return n == 0 ? "" : n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
}

FILENAME == ARGV[1] {
  run = $2 FS $3
  if (!(run in rate)) order[++runs] = run
  rate[run] = rate[run] " " $4; p50[run] = p50[run] " " $5; p99[run] = p99[run] " " $6
  cpu[run] = cpu[run] " " $7; postgres[run] = postgres[run] " " $8
  faults[run] += $9 + $10
  rate_in[$1, run] = $4
  if ($1 > rounds) rounds = $1
}

FILENAME == ARGV[2] { start[$1] = start[$1] " " $2; if (!($1 in seen)) { seen[$1]; subjects[++count] = $1 } }
FILENAME == ARGV[3] { memory[$1] = $2 }

# The median of the ratios, each taken within one round, where noise hits both alike.
function ratio(run, parts, round, limit, list) {
  split(run, parts, FS)
  if (parts[2] == "limit") return ""
  for (round = 1; round <= rounds; round++) {
    limit = rate_in[round, parts[1] FS "limit"]
    if (limit > 0) list = list " " rate_in[round, run] / limit
  }
  return list == "" ? "" : sprintf("%.0f %%", 100 * median(list))
}

function cost(list) { return list ~ /[0-9]/ ? sprintf("%.4f", median(list)) : "" }

END {
  row = "%-24s %-7s %10s %10s %10s %12s %12s %8s  %s\n"
  printf row, "scenario", "server", "req/s", "p50 ms", "p99 ms", "CPU ms/req", "PG ms/req", "of limit", "faults"
  for (i = 1; i <= runs; i++) {
    run = order[i]
    split(run, parts, FS)
    printf row, parts[1], parts[2], sprintf("%.0f", median(rate[run])), sprintf("%.2f", median(p50[run])), sprintf("%.2f", median(p99[run])),
      cost(cpu[run]), cost(postgres[run]), ratio(run),
      faults[run] ? "FAULT: " faults[run] " answers not 2xx or lost" : ""
  }

  row = "%-24s %12s %12s\n"
  printf "\n" row, "server", "start-up ms", "memory MB"
  for (i = 1; i <= count; i++) printf row, subjects[i], sprintf("%.0f", median(start[subjects[i]])), memory[subjects[i]]
}
