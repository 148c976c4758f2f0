-- POST of forms. Arguments: FILE [AUTHORIZATION]. FILE holds one form body a line, sent in turn.
require "report"

function init(args)
  local requests = {}
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  wrk.headers["Authorization"] = args[2]
  for body in io.lines(args[1]) do
    wrk.body = body
    requests[#requests + 1] = wrk.format()
  end

  if #requests > 1 then
    local i = 0
    request = function()
      i = i % #requests + 1
      return requests[i]
    end
  end
end
