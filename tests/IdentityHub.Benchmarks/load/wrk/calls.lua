-- Requests of any kind, as a proxy that ends TLS passes them on. Arguments: FILE WAY [STATUS].
-- FILE holds one request a line, its fields apart by tabs: method, path, body (may be empty), then headers as "Name: value".
-- WAY is "turn", over and over again, or "once": each line is one request, and what is left goes back into FILE for the next run. "once"
-- needs a single thread (-t 1). STATUS is what every answer must have where the ordinary answer is a refusal, such as that of a poll:
-- any other counts as a fault.
require "report"

local thread
local report = done

function setup(only)
  thread = only
end

local function formatted(line)
  local fields = {}
  for field in (line .. "\t"):gmatch("([^\t]*)\t") do
    fields[#fields + 1] = field
  end

  local headers = { ["X-Forwarded-Proto"] = "https" }
  local body = fields[3] ~= "" and fields[3] or nil
  if body then
    headers["Content-Type"] = body:find('^[{"]') and "application/json" or "application/x-www-form-urlencoded"
  end
  for i = 4, #fields do
    local name, value = fields[i]:match("^([^:]+): (.*)$")
    headers[name] = value
  end
  return wrk.format(fields[1], fields[2], headers, body)
end

function init(args)
  file = args[1]
  once = args[2] == "once"
  expected = tonumber(args[3])
  unexpected = 0
  pool = {}
  for line in io.lines(file) do
    pool[#pool + 1] = once and line or formatted(line)
  end

  local i = 0
  if once then
    -- An empty pool asks for what is not there: the refusal shows in the table.
    request = function()
      local line = table.remove(pool)
      return line and formatted(line) or wrk.format("GET", "/none")
    end
  else
    request = function()
      i = i % #pool + 1
      return pool[i]
    end
  end
  if expected then
    response = function(status)
      if status ~= expected then
        unexpected = unexpected + 1
      end
    end
  end
end

function done(summary, latency, requests)
  if thread:get("once") then
    local out = io.open(thread:get("file"), "w")
    for _, line in ipairs(thread:get("pool")) do
      out:write(line, "\n")
    end
    out:close()
  end
  if thread:get("expected") then
    summary.errors.status = thread:get("unexpected")
  end
  report(summary, latency, requests)
end
