/// Commands that fill a Redis 7.0 server with every type in every encoding.
enum RedisDataSet {
    static let databases = [0, 3, 15, 31]

    static let commands: [String] =
        ["SELECT 0"] + strings + lists + sets + sortedSets + hashes + streams + functions
        + ["SELECT 3"] + expiries
        + ["SELECT 15"] + ["DEBUG POPULATE 300 small 10", "DEBUG POPULATE 20 big 30000"]
        + ["SELECT 31"] + ["SET alone 1"]

    /// A few keys of each type, for tests that start the tool many times.
    static let small = [
        "SET a 1", "SET b text", "EVAL \"redis.call('SET', 'c', string.rep('ab', 200))\" 0", "RPUSH d 1 2 three",
        "SADD e 1 2 3", "SADD f a b", "ZADD g 1 a 2 b", "HSET h a 1 b 2", "XADD i 1-1 a 1", "XGROUP CREATE i g 0",
        "XREADGROUP GROUP g c STREAMS i >", "EXPIRE a 1000000",
        "EVAL \"for i = 1, 200 do redis.call('HSET', 'j', 'field ' .. i, i) end\" 0",
        "EVAL \"for i = 1, 200 do redis.call('ZADD', 'k', i / 7, 'member ' .. i) end\" 0",
    ]

    private static let strings = [
        "SET empty \"\"", "SET i8 -5", "SET i16 30000", "SET i32 -2000000000", "SET i64 123456789012345678",
        "SET text hello", "SET binary \"\\x00\\xff\\xfe\\xfd\"", "SET 12345 numeric-key",
        "EVAL \"for i = 1, 70 do redis.call('SET', 'same:' .. i, string.rep('a', i * 37)) end\" 0",
        "EVAL \"for i = 1, 40 do redis.call('SET', 'mix:' .. i, string.rep('abc' .. i, i * 9) .. i) end\" 0",
        "EVAL \"redis.call('SET', 'long', string.rep('0123456789', 100000))\" 0",
        "EVAL \"local t = {} math.randomseed(7) for i = 1, 70000 do t[i] = string.char(math.random(0, 255)) end "
            + "redis.call('SET', 'noise', table.concat(t))\" 0",
        "SETBIT bits 100000 1", "PFADD loglog a b c d e f g",
    ]

    private static let lists = [
        "RPUSH list:small a b c 1 2 3 -70000",
        "EVAL \"for i = 1, 3000 do redis.call('RPUSH', 'list:many', 'entry ' .. i) end\" 0",
        "EVAL \"for i = 1, 30 do redis.call('RPUSH', 'list:wide', string.rep('w' .. i, 5000)) end\" 0",
        "DEBUG QUICKLIST-PACKED-THRESHOLD 100B",
        "EVAL \"for i = 1, 20 do redis.call('RPUSH', 'list:plain', string.rep('p', i * 20)) end\" 0",
        "DEBUG QUICKLIST-PACKED-THRESHOLD 0",
    ]

    private static let sets = [
        "SADD set:16 1 2 3 -4", "SADD set:32 1 70000", "SADD set:64 1 99999999999", "SADD set:text a b c",
        "EVAL \"for i = 1, 500 do redis.call('SADD', 'set:ints', i) end\" 0",
        "EVAL \"for i = 1, 700 do redis.call('SADD', 'set:many', i * 3) end\" 0",
    ]

    private static let sortedSets = [
        "ZADD zset:small 1 a 2.5 b -inf c +inf d 1e300 e",
        "EVAL \"for i = 1, 400 do redis.call('ZADD', 'zset:many', i / 7, 'member ' .. i) end\" 0",
        "EVAL \"redis.call('ZADD', 'zset:wide', 1, string.rep('z', 500))\" 0", "GEOADD places 13.36 38.11 Palermo",
    ]

    private static let hashes = [
        "HSET hash:small a 1 b two",
        "EVAL \"for i = 1, 600 do redis.call('HSET', 'hash:many', 'field ' .. i, i) end\" 0",
        "EVAL \"redis.call('HSET', 'hash:wide', 'f', string.rep('v', 5000))\" 0",
    ]

    private static let streams = [
        "XADD stream:one 1-1 a 1", "XADD stream:empty 5-5 a 1", "XDEL stream:empty 5-5",
        "EVAL \"for i = 1, 900 do redis.call('XADD', 'stream:many', i .. '-0', 'f', i, 'g', 'v' .. i) end\" 0",
        "XGROUP CREATE stream:many readers 0", "XGROUP CREATE stream:many idle $",
        "XGROUP CREATECONSUMER stream:many readers lazy", "XREADGROUP GROUP readers one COUNT 90 STREAMS stream:many >",
        "XREADGROUP GROUP readers two COUNT 5 STREAMS stream:many >", "XACK stream:many readers 1-0 2-0",
        "XDEL stream:many 700-0", "XGROUP CREATE stream:fresh g $ MKSTREAM",
    ]

    private static let functions = [
        "FUNCTION LOAD \"#!lua name=one\\nredis.register_function('f1', function() return 1 end)\"",
        "FUNCTION LOAD \"#!lua name=two\\nredis.register_function('f2', function() return 2 end)\"",
    ]

    private static let expiries = [
        "SET expiring:1 v EX 1000000", "SET expiring:2 v PXAT 4102444800123", "HSET expiring:3 a 1",
        "EXPIREAT expiring:3 4102444800", "RPUSH lasting 1",
    ]
}
