-- POST of a form whose last value is used up: one line of FILE a request, what is left goes back into FILE for the next run.
-- Arguments: FILE AUTHORIZATION FORM-UP-TO-THE-VALUE. Needs a single thread (-t 1).
require "report"

local thread
local report = done

function setup(only)
  thread = only
end

function init(args)
  file = args[1]
  form = args[3]
  pool = {}
  for value in io.lines(file) do
    pool[#pool + 1] = value
  end

  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  wrk.headers["Authorization"] = args[2]
end

-- An empty pool sends "none": the refusal shows in the table.
function request()
  return wrk.format(nil, nil, nil, form .. (table.remove(pool) or "none"))
end

function done(summary, latency, requests)
  local out = io.open(thread:get("file"), "w")
  for _, value in ipairs(thread:get("pool")) do
    out:write(value, "\n")
  end
  out:close()
  report(summary, latency, requests)
end
