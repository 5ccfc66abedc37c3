import { createHash } from 'node:crypto';

/** A Lua script, known to the server by its digest once it was loaded. */
export interface Script {
  text: string;
  digest: string;
}

function script(text: string): Script {
  return { text, digest: createHash('sha1').update(text).digest('hex') };
}

/**
 * Decides on one request. The time is the server's, the same for all who ask. A bucket is `tokens at`; it goes away when
 * it has been full for a while, and comes back as the asker knows it. One that holds more than a lowered limit is cut to
 * it by whoever asks next, also where the request is refused. An account is never less than what the asker knows.
 *
 * KEYS: the buckets, then the account, if there is one.
 * ARGV: the number of buckets; for each of them tokens a minute, capacity, tokens that the asker knows of, 1 if it has
 * taken from them by itself; for the account units, limit or -1, units that the asker knows of, when it may go in Unix
 * milliseconds.
 * Answers 0, or 1 for a token or 2 for units that are missing; the tokens of each bucket; the units used.
 */
export const takeScript = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local buckets = tonumber(ARGV[1])
local refused = 0
local tokens = {}
local cut = {}
for i = 1, buckets do
  local rate = tonumber(ARGV[4 * i - 2])
  local left = math.min(tonumber(ARGV[4 * i]), tonumber(ARGV[4 * i - 1]))
  local kept = redis.call('GET', KEYS[i])
  if kept then
    local before, at = string.match(kept, '(%S+) (%S+)')
    local elapsed = math.max(0, now - tonumber(at))
    cut[i] = tonumber(before) > tonumber(ARGV[4 * i - 1])
    local here = math.min(tonumber(ARGV[4 * i - 1]), tonumber(before) + elapsed * rate / 60000)
    if ARGV[4 * i + 1] == '1' then left = math.min(left, here) else left = here end
  end
  tokens[i] = left
  if left < 1 - 1e-9 then refused = 1 end
end
local used = 0
local account = KEYS[buckets + 1]
if account then
  local at = 4 * buckets + 2
  local units, limit = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  used = math.max(tonumber(redis.call('GET', account) or 0), tonumber(ARGV[at + 2]))
  if refused == 0 and limit >= 0 and units > 0 and used + units > limit then refused = 2 end
  if refused == 0 then
    used = used + units
    redis.call('SET', account, string.format('%.17g', used), 'PXAT', ARGV[at + 3])
  end
end
local answer = { refused }
for i = 1, buckets do
  if refused == 0 then tokens[i] = math.max(0, tokens[i] - 1) end
  if refused == 0 or cut[i] then
    local full = (tonumber(ARGV[4 * i - 1]) - tokens[i]) * 60000 / tonumber(ARGV[4 * i - 2])
    local kept = string.format('%.17g %.17g', tokens[i], now)
    redis.call('SET', KEYS[i], kept, 'PX', math.ceil(full) + 10000)
  end
  answer[i + 1] = string.format('%.17g', tokens[i])
end
answer[buckets + 2] = string.format('%.17g', used)
return answer
`);

/** Gives units back to an account, if it is still there. KEYS: the account. ARGV: the units. */
export const releaseScript = script(`
local used = redis.call('GET', KEYS[1])
if used then
  local left = math.max(0, tonumber(used) - tonumber(ARGV[1]))
  redis.call('SET', KEYS[1], string.format('%.17g', left), 'KEEPTTL')
end
return 0
`);
