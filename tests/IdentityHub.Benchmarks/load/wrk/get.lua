-- GET of the URL itself.
require "report"
