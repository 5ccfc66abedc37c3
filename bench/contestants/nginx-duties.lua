-- The duties of every contestant, for nginx. Kept to what is cheap there: one hasher that is used again, digests as
-- raw bytes, headers removed by the configuration, the caller handed to it and to the log in one variable, and records
-- kept in memory until a timer writes them.
local sha256 = require('nginx.sha256')
local lrucache = require('resty.lrucache')

local keys = ngx.shared.keys
local counters = ngx.shared.counters
local limit_per_minute = 1000000000
local cache_entries = 20000
local cache_seconds = 60

local duties = {}
local hasher = sha256:new()
local cache
local records, recorded = {}, 0
local file

local function digest_of(key)
  hasher:reset()
  hasher:update(key)
  return hasher:final()
end

-- Each line is a key and the name of its caller.
function duties.load(path)
  for line in io.lines(path) do
    local key, caller = line:match('^(%S+) (%S+)$')
    assert(keys:safe_set(digest_of(key), caller))
  end
end

local function flush()
  if recorded == 0 then return end
  local batch = table.concat(records, '\n', 1, recorded)
  recorded = 0
  file:write(batch, '\n')
  file:flush()
end

function duties.start(path, has_cache)
  file = assert(io.open(path, 'a'))
  if has_cache then cache = assert(lrucache.new(cache_entries)) end
  assert(ngx.timer.every(1, flush))
end

local function caller_with(digest)
  if not cache then return keys:get(digest) end
  local caller = cache:get(digest)
  if caller then return caller end
  caller = keys:get(digest)
  if caller then cache:set(digest, caller, cache_seconds) end
  return caller
end

function duties.decide()
  local key = ngx.var.http_x_api_key
  local caller = key and caller_with(digest_of(key))
  if not caller then return ngx.exit(401) end
  local minute = math.floor(ngx.time() / 60)
  local count = counters:incr(caller .. ':' .. minute, 1, 0, 120)
  if not count then return ngx.exit(500) end
  if count > limit_per_minute then return ngx.exit(429) end
  ngx.var.caller = caller
end

function duties.record()
  local caller = ngx.var.caller
  if caller == '' then return end
  recorded = recorded + 1
  records[recorded] = caller .. ' items ' .. ngx.status .. ' ' .. ngx.var.bytes_sent .. ' ' ..
    math.floor((ngx.now() - ngx.req.start_time()) * 1000000)
end

-- What was counted, a minute on each line. A count is kept for two minutes.
function duties.tell()
  local sums = {}
  for _, name in ipairs(counters:get_keys(0)) do
    local minute = name:match(':(%d+)$')
    sums[minute] = (sums[minute] or 0) + (counters:get(name) or 0)
  end
  for minute, sum in pairs(sums) do ngx.say(minute, ' ', sum) end
end

return duties
