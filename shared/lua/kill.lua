-- Takes an article's text away and leaves the mark.   KEYS  entry hash, kill mark
redis.call('SET', KEYS[2], '1')
redis.call('DEL', KEYS[1])
return 1
