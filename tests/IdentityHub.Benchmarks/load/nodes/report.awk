# Turns the results of nodes.sh into its table: medians of the rounds.
# Input: scenario, nodes, requests/s, p99 ms, node CPU ms/request, PostgreSQL CPU ms/request, busy % of a core of nodes and of PostgreSQL,
# faults.

BEGIN { FS = "\t" }

function median(list, values, n, i, j, swap) {
  n = split(list, values, " ")
  for (i = 2; i <= n; i++)
    for (j = i; j > 1 && values[j - 1] + 0 > values[j] + 0; j--) { swap = values[j]; values[j] = values[j - 1]; values[j - 1] = swap }
  return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
}

{
  key = $1 FS $2
  if (!(key in rate)) order[++count] = key
  rate[key] = rate[key] " " $3; p99[key] = p99[key] " " $4; node[key] = node[key] " " $5; postgres[key] = postgres[key] " " $6
  busy[key] = busy[key] " " $7; busy_postgres[key] = busy_postgres[key] " " $8; faults[key] += $9
}

END {
  row = "%-20s %6s %10s %9s %10s %12s %12s %11s %11s  %s\n"
  printf row, "scenario", "nodes", "req/s", "of one", "p99 ms", "node ms/req", "PG ms/req", "nodes busy", "PG busy", "faults"
  for (i = 1; i <= count; i++) {
    key = order[i]
    split(key, parts, FS)
    if (!(parts[1] in first)) first[parts[1]] = median(rate[key])
    printf row, parts[1], parts[2], sprintf("%.0f", median(rate[key])), sprintf("%.2f x", median(rate[key]) / first[parts[1]]),
      sprintf("%.2f", median(p99[key])), sprintf("%.4f", median(node[key])), sprintf("%.4f", median(postgres[key])),
      sprintf("%.0f %%", median(busy[key])), sprintf("%.0f %%", median(busy_postgres[key])),
      faults[key] ? "FAULT: " faults[key] " answers not 2xx or lost" : ""
  }
}
