-- Sends each request with the next of many keys. It sends for a given time and then rests, so that every request that
-- was begun is also answered and the counts on both sides can be compared; what it sends after that counts nowhere.
local ffi = require('ffi')
ffi.cdef [[
  typedef struct { long seconds; long nanoseconds; } moment_t;
  int clock_gettime(int clock, moment_t *moment);
  int usleep(unsigned int microseconds);
]]

local monotonic = 1
local moment = ffi.new('moment_t')
local threads = {}
local requests = {}
local uncounted
local deadline
local restMicroseconds
local hasRested = false

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
    table.insert(requests, wrk.format('GET', '/v1/items', { ['X-API-Key'] = key }))
  end
  uncounted = wrk.format('GET', '/_apigate/healthz')
  deadline = now() + tonumber(args[2]) / 1000
  restMicroseconds = tonumber(args[3]) * 1000
end

function request()
  if now() < deadline then
    sent = sent + 1
    return requests[sent % #requests + 1]
  end
  if not hasRested then
    hasRested = true
    ffi.C.usleep(restMicroseconds)
  end
  return uncounted
end

function done(summary)
  local sent = 0
  for _, thread in ipairs(threads) do sent = sent + thread:get('sent') end
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout + errors.status
  print(string.format('RESULT {"sent":%d,"answered":%d,"failed":%d}', sent, summary.requests, failed))
end
