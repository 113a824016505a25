-- Says that a partition is complete, unless somebody else has begun to fill it since.
-- KEYS  hash of what is being filled, set of complete partitions       ARGV  TOPIC/PARTITION, token of who filled it
-- Gives 1, or 0 where another has begun.
if redis.call('HGET', KEYS[1], ARGV[1] .. '/by') ~= ARGV[2] then return 0 end
redis.call('SADD', KEYS[2], ARGV[1])
return 1
