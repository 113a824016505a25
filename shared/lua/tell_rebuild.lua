-- Changes the state of a rebuild that is running.
-- KEYS  rebuild        ARGV  id, state, 1 where it is over with that      Gives 1, or 0 where it is not running.
if redis.call('HGET', KEYS[1], 'running') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'state', ARGV[2])
if ARGV[3] == '1' then redis.call('HDEL', KEYS[1], 'running') end
return 1
