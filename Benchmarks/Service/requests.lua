-- Sends each line of the file REQUESTS once; the threads share the lines among them. Whether the
-- answers are right tells the catalog.
local threads = 0

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
    thread:set("total", tonumber(os.getenv("THREADS")))
end

function init(args)
    requests = {}
    local line = 0
    for path in io.lines(os.getenv("REQUESTS")) do
        if line % total == number then requests[#requests + 1] = wrk.format("GET", path) end
        line = line + 1
    end
    next = 0
    none = wrk.format("GET", "/no-more-requests")
end

-- Nothing else is done here, and nothing with answers: what this program spends the server cannot use.
function request()
    next = next + 1
    return requests[next] or none
end

-- Requests a second, 99th percentile in ms, answers, and what went wrong on the way.
function done(summary, latency, requests)
    local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
        + summary.errors.status
    io.write(string.format("%.1f %.2f %d %d\n", summary.requests / summary.duration * 1e6,
        latency:percentile(99) / 1000, summary.requests, errors))
end
