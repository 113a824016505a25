-- Makes a build the live one, unless its family has another one by now, or the rebuild that made it is over.
-- KEYS  live, names, set of the build's complete partitions, rebuild
-- ARGV  family, build, how many partitions there are, id of the rebuild or nothing, its state when it is over
-- Gives {1, the build that was live} or {0}.
if redis.call('SCARD', KEYS[3]) < tonumber(ARGV[3]) then return {0} end
if ARGV[4] == '' then
  local stands = redis.call('HGET', KEYS[2], ARGV[1])
  if stands and stands ~= ARGV[2] then return {0} end
else
  if redis.call('HGET', KEYS[4], 'running') ~= ARGV[4] then return {0} end
  redis.call('HDEL', KEYS[4], 'running')
  redis.call('HSET', KEYS[4], 'state', ARGV[5])
end
local before = redis.call('GET', KEYS[1]) or ''
redis.call('SET', KEYS[1], ARGV[2])
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
return {1, before}
