-- Sends each line of the file REQUESTS once; the threads share the lines among them. Counts answers that are no success.
local threads = 0

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
    thread:set("total", tonumber(os.getenv("THREADS")))
end

function init(args)
    paths = {}
    local line = 0
    for path in io.lines(os.getenv("REQUESTS")) do
        if line % total == number then paths[#paths + 1] = path end
        line = line + 1
    end
    next = 0
    wrong = 0
end

function request()
    next = next + 1
    return wrk.format("GET", paths[next] or "/no-more-requests")
end

function response(status, headers, body)
    if status ~= 200 or not body:find('"code":0', 1, true) then wrong = wrong + 1 end
end

local all = {}
local setup_one = setup
function setup(thread)
    setup_one(thread)
    all[#all + 1] = thread
end

function done(summary, latency, requests)
    local wrong = 0
    for _, thread in ipairs(all) do wrong = wrong + thread:get("wrong") end
    local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
    io.write(string.format("%.1f %.2f %d %d\n", summary.requests / summary.duration * 1e6,
        latency:percentile(99) / 1000, wrong, errors))
end
