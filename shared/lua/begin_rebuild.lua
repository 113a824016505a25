-- Begins a rebuild where none is running.          KEYS  rebuild         ARGV  id, state         Gives 1 or 0.
if redis.call('HEXISTS', KEYS[1], 'running') == 1 then return 0 end
redis.call('HSET', KEYS[1], 'running', ARGV[1], 'state', ARGV[2])
return 1
