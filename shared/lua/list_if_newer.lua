-- Puts an article into an edition's list, or takes it out (empty member), unless the fence is older than what stands.
-- KEYS  order (sorted set), cards (hash)   ARGV  article id, fence, member, card      Gives written, equal or older.
local id, fence, member, card = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local stood = redis.call('HGET', KEYS[2], id .. '/fence') or ''
if stood > fence then return 'older' end
local before = redis.call('HGET', KEYS[2], id .. '/member') or ''
if before ~= '' and before ~= member then redis.call('ZREM', KEYS[1], before) end
redis.call('HSET', KEYS[2], id .. '/fence', fence, id .. '/member', member)
if member == '' then
  redis.call('HDEL', KEYS[2], id .. '/card')
else
  redis.call('HSET', KEYS[2], id .. '/card', card)
  redis.call('ZADD', KEYS[1], 0, member)
end
if stood == fence then return 'equal' end
return 'written'
