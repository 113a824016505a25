-- Puts an article into a list, or takes it out (empty card), unless the fence is older than what stands.
-- KEYS  cards (hash), then the orders (sorted sets) that the list keeps
-- ARGV  article id, fence, card, member, then for each order 1 or 0: in it or not      Gives written, equal or older.
local cards, id, fence, card, member = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local stood = redis.call('HGET', cards, id .. '/fence') or ''
if stood > fence then return 'older' end
local before = redis.call('HGET', cards, id .. '/member')
redis.call('HSET', cards, id .. '/fence', fence)
if card == '' then
  redis.call('HDEL', cards, id .. '/card', id .. '/member')
else
  redis.call('HSET', cards, id .. '/card', card, id .. '/member', member)
end
for i = 2, #KEYS do
  local wanted = card ~= '' and ARGV[i + 3] == '1'
  if before and (before ~= member or not wanted) then redis.call('ZREM', KEYS[i], before) end
  if wanted then redis.call('ZADD', KEYS[i], 0, member) end
end
if stood == fence then return 'equal' end
return 'written'
