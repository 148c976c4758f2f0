-- POST of refresh tokens, each chain rotated onwards. Arguments: FILE [AUTHORIZATION [BEFORE AFTER]]. BEFORE and AFTER are what the body
-- has around the token, of a form or of JSON; a form where they are left out. FILE holds one token a line, and
-- must hold more than there are connections. At the end the tokens that are still good are written back to it: what was
-- on its way when the time was up is lost, one token a connection at most (and one that wrk asks for before it starts).
--
-- wrk calls request() and response() for a thread without saying for which connection; so a request takes a token out
-- of the thread's pool and the answer puts its successor in. Needs a single thread (-t 1).
require "report"

local thread
local report = done

function setup(only)
  thread = only
end

function init(args)
  file = args[1]
  pool = {}
  for token in io.lines(file) do
    pool[#pool + 1] = token
  end

  before = args[3] or "grant_type=refresh_token&refresh_token="
  after = args[4] or ""
  wrk.method = "POST"
  wrk.headers["Content-Type"] = before:find("^{") and "application/json" or "application/x-www-form-urlencoded"
  wrk.headers["Authorization"] = args[2] ~= "" and args[2] or nil
end

-- An empty pool (nearly every answer was a refusal) sends "none": the refusal shows in the table.
function request()
  local token = table.remove(pool) or "none"
  return wrk.format(nil, nil, nil, before .. token .. after)
end

function response(status, _, body)
  local successor = status == 200 and body:match('"refresh_token":"([^"]+)"')
  if successor then
    pool[#pool + 1] = successor
  end
end

function done(summary, latency, requests)
  local out = io.open(thread:get("file"), "w")
  for _, token in ipairs(thread:get("pool")) do
    out:write(token, "\n")
  end
  out:close()
  report(summary, latency, requests)
end
