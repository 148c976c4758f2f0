-- Prints one line of a run for lib/measure.sh, fields apart by tabs:
-- requests, seconds, p50 ms, p99 ms, answers of 400 and above, socket errors (connect + read + write + timeout).
function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format("run\t%d\t%.3f\t%.3f\t%.3f\t%d\t%d\n",
    summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
