-- Sends each request with the next of many keys. It sends for a given time and then falls silent, so that every request
-- that was begun is also answered before the generator ends and the counts on all sides can be compared.
--
--   arguments: a file with a key on each line, for how many milliseconds, the header that the key goes in
local ffi = require('ffi')
ffi.cdef [[
  typedef struct { long seconds; long nanoseconds; } moment_t;
  int clock_gettime(int clock, moment_t *moment);
]]

local monotonic = 1
local moment = ffi.new('moment_t')
local threads = {}
local requests = {}
local deadline

local function now()
  ffi.C.clock_gettime(monotonic, moment)
  return tonumber(moment.seconds) + tonumber(moment.nanoseconds) / 1e9
end

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  -- wrk asks for one request that it does not send.
  sent = -1
  for key in io.lines(args[1]) do
    table.insert(requests, wrk.format('GET', nil, { [args[3]] = key }))
  end
  deadline = now() + tonumber(args[2]) / 1000
end

function request()
  -- After an empty request wrk waits for an answer that never comes, and the connection stays silent.
  if now() >= deadline then return '' end
  sent = sent + 1
  return requests[sent % #requests + 1]
end

function done(summary)
  local sent = 0
  for _, thread in ipairs(threads) do sent = sent + thread:get('sent') end
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout + errors.status
  print(string.format('RESULT {"sent":%d,"answered":%d,"failed":%d}', sent, summary.requests, failed))
end
