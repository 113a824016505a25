-- Moves a partition's applied offset on by one record, if Redis has all the records before it.
-- KEYS  applied hash, hash of last records
-- ARGV  TOPIC/PARTITION, identity of the log, offset of the record that was applied, its digest
-- Gives ok; missing (flushed), replaced (another log), behind (an old copy of Redis): then a refill is needed.
local stood = redis.call('HGET', KEYS[1], ARGV[1])
if not stood then return 'missing' end
local identity, nxt = string.match(stood, '^(.*):(%d+)$')
if identity ~= ARGV[2] and not (identity == 'empty' and nxt == '0') then return 'replaced' end
local offset = tonumber(ARGV[3])
if tonumber(nxt) < offset then return 'behind' end
if tonumber(nxt) == offset then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ':' .. string.format('%d', offset + 1))
  redis.call('HSET', KEYS[2], ARGV[1], string.format('%d', offset) .. ':' .. ARGV[4])
end
return 'ok'
