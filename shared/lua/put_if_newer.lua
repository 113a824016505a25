-- Writes one group of fields of an article's entry, unless its fence is older than the one that stands.
-- KEYS  entry hash, kill mark            ARGV  group, fence, then field, value, field, value …
-- Gives {outcome, fence that stood, entry that stood}; outcome: written, equal, older, killed.
local group, fence = ARGV[1], ARGV[2]
if redis.call('EXISTS', KEYS[2]) == 1 then return {'killed', '', ''} end
local stood = redis.call('HGET', KEYS[1], group) or ''
local entry = redis.call('HGET', KEYS[1], group .. '/entry') or ''
if stood > fence then return {'older', stood, entry} end
local prefix = group .. '/'
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(field, 1, #prefix) == prefix then redis.call('HDEL', KEYS[1], field) end
end
redis.call('HSET', KEYS[1], group, fence)
for i = 3, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
if stood == fence then return {'equal', stood, entry} end
return {'written', stood, entry}
