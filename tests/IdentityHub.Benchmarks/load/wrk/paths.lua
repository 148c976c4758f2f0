-- GET of paths, as a proxy that ends TLS passes them on. Arguments: FILE. FILE holds one path a line, asked for in turn.
require "report"

function init(args)
  local requests = {}
  wrk.headers["X-Forwarded-Proto"] = "https"
  for path in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", path)
  end

  local i = 0
  request = function()
    i = i % #requests + 1
    return requests[i]
  end
end
