-- Registers a process of the edge for a while, and drops those whose time is over.
-- KEYS  registrations (hash)     ARGV  id of the process, its state, for how long in milliseconds
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  if tonumber(string.match(all[i + 1], '^%d+')) < now then redis.call('HDEL', KEYS[1], all[i]) end
end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%d:%s', now + tonumber(ARGV[3]), ARGV[2]))
return 1
