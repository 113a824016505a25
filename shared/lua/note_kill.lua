-- Notes when Redis was first told of a kill, in microseconds of its own clock, above all that are noted.
-- KEYS  kill order (sorted set)     ARGV  id of the article or medium
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
local clock = redis.call('TIME')
local moment = tonumber(clock[1]) * 1000000 + tonumber(clock[2])
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
if last and tonumber(last) >= moment then moment = tonumber(last) + 1 end
redis.call('ZADD', KEYS[1], string.format('%.0f', moment), ARGV[1])
return 1
