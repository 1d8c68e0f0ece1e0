#!/usr/bin/env python3
"""A sink and a source in one, for tests; the name that it is copied to says what it is: links, file, source."""
import json, os, sys, time

what = os.path.basename(sys.argv[0])
request = json.loads(sys.stdin.readline())
op, params, options = request["op"], request["params"], request["options"]
notes = options.get("notes")


def say(**line):
    print(json.dumps(line), flush=True)


if notes:
    with open(os.path.join(notes, op), "a") as file:
        file.write(json.dumps({"argv": sys.argv, "env": dict(os.environ), "cwd": os.getcwd(), "params": params}) + "\n")
say(type="hello", protocol=1, plugin=what, version="1")
say(type="x-unknown", more=[1, 2])
say(type="log", level="info", message="\x1b[31mat work with " + options.get("token", "nothing"))
if op == "describe":
    is_source = what == "source"
    capabilities = ["request-backup", "state", "x-later"] if is_source else ["finish"]
    say(type="result", plugin={"id": what, "kind": "source" if is_source else "sink",
                               "wants": None if is_source else what, "capabilities": capabilities,
                               "options": [{"name": "notes", "kind": "path"}, {"name": "token", "kind": "secret"},
                                           {"name": "life", "kind": "duration", "default": "2m"},
                                           {"name": "count", "kind": "integer", "min": 1, "max": 9}]})
elif op == "deliver" and what == "links":
    artifacts = [{"position": f["position"], "location": "later/" + f["name"]} for f in params["files"]]
    say(type="result", receipt={"outcome": "emitted", "artifacts": artifacts})
elif op == "deliver":
    artifacts = []
    for f in params["files"]:
        size = os.path.getsize(f["path"])
        artifacts.append({"position": f["position"], "location": "x", "size_bytes": size, "sha256": f["sha256"],
                          "stored": {"stages": ["zstd"], "size_bytes": 1, "sha256": "0" * 64}})
    say(type="progress", bytes_done=1, bytes_total=2)
    say(type="result", receipt={"outcome": "delivered", "artifacts": artifacts})
elif op == "request-backup" and params["instance"] == "crs-two-hellos":
    say(type="hello", protocol=1, plugin="obedient", version="1")
elif op == "request-backup":
    say(type="result", task="task-7")
elif op == "backups":
    seen = request.get("state", {}).get("seen", 0) + 1
    say(type="state", state={"seen": 1000})
    say(type="state", state={"seen": options["token"] if params["instance"] == "crs-leak" else seen})
    say(type="item", item={"id": "b-1", "instance": params["instance"], "started_at": "2026-07-01T02:00:00Z",
                           "remark": str(seen)})
    say(type="item", item={"id": "b-2", "instance": params["instance"], "started_at": "2026-07-01T03:00:00Z",
                           "kind": "manual", "task": "task-7"})
    say(type="result", items=2)
elif op == "issue-urls":
    say(type="item", item={"position": 0, "name": "a", "extranet_url": "https://h/a?k=" + options.get("token", "k"),
                           "expires_at": "2026-07-01T02:00:00Z" if params["backup"] == "old" else "2096-07-01T02:00:00Z"})
    say(type="result", items=1)
else:
    say(type="result")
