#!/usr/bin/env python3
"""A sink with a fault, which is the name that this file is copied to."""
import hashlib, json, os, signal, subprocess, sys, time

fault = os.path.basename(sys.argv[0])


def say(**line):
    print(json.dumps(line), flush=True)


def hang():
    while True:
        time.sleep(60)


if "WHERRY_PLUGIN_COOKIE" not in os.environ and fault != "no-cookie":
    sys.exit(64)
if fault == "deaf":
    hang()
request = json.loads(sys.stdin.readline())
op = request["op"]
if request["protocol"]["min"] > 1:
    say(type="error", **{"class": "unsupported"}, code="unsupported-protocol", message="No.")
    sys.exit(69)
if fault != "no-hello":
    say(type="hello", protocol=2 if fault == "wrong-version" else 1, plugin="broken", version="1")
if fault == "accepts-anything" and op not in ("describe", "check", "deliver", "presence", "remove"):
    say(type="result")
    sys.exit(0)
if op == "describe":
    if fault == "orphan":
        subprocess.Popen(["sleep", "600"], stdin=subprocess.DEVNULL, start_new_session=False)
    say(type="result", plugin={"id": "broken", "version": "1", "kind": "sink", "wants": "stream", "grace_s": 1,
                               "capabilities": ["presence", "remove"] + ["read"] * (fault == "other-bytes"),
                               "options": [{"name": "folder", "kind": "path", "required": True},
                                           {"name": "token", "kind": "secret"}]})
    sys.exit(0)
if op == "check" and "folder" not in request["options"]:
    say(type="error", **{"class": "configuration"}, code="folder", message="No folder.")
    sys.exit(78)
if op == "check":
    say(type="result", findings=[{"level": "ok", "message": "All is well."}])
    sys.exit(0)
if op == "presence":
    say(type="result", presence="present" if os.path.exists(request["params"]["location"]) else "absent")
    sys.exit(0)
if op == "read" and fault == "other-bytes":
    with open(request["params"]["stream"], "wb") as stream:
        stream.write(b"something else")
    say(type="result")
    sys.exit(0)
if op == "remove":
    if os.path.exists(request["params"]["location"]):
        os.unlink(request["params"]["location"])
    say(type="result")
    sys.exit(0)
if op != "deliver":
    say(type="error", **{"class": "unsupported"}, code="unsupported-operation", message="No.")
    sys.exit(1 if fault == "wrong-status" else 69)

params, token = request["params"], request["options"].get("token", "none")
if fault == "early-result":
    say(type="result", receipt={"outcome": "delivered", "artifacts": []})
    time.sleep(2)
    sys.exit(0)
if fault == "hang":
    hang()
if fault == "hang-for-ever":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    hang()
if fault == "garbage":
    print("now storing…", flush=True)
    hang()
if fault == "long-line":
    block = b"x" * (1 << 20)
    for _ in range(1024):
        os.write(1, block)
    hang()
if fault == "no-answer":
    sys.exit(0)
if fault == "leak-in-error":
    print("token is", token, file=sys.stderr, flush=True)
    say(type="log", level="warning", message="the token " + token)
    say(type="error", **{"class": "authentication"}, code="refused", message="The token " + token + " was refused.")
    sys.exit(77)
if fault == "backwards":
    say(type="progress", bytes_done=10)
    say(type="progress", bytes_done=5)
    hang()

artifacts = []
for file in params["files"]:
    name = os.path.join(request["options"]["folder"], params["key"] + "-" + str(file["position"]))
    digest, size = hashlib.sha256(), 0
    with open(file["stream"], "rb") as stream, open(name + (".part" if fault != "unverified" else ""), "wb") as copy:
        while block := stream.read(1 << 16):
            if fault == "killed":
                os.kill(os.getpid(), signal.SIGSEGV)
            if fault == "shut-stream":
                break
            copy.write(block)
            digest.update(block)
            size += len(block)
    if fault == "shut-stream":
        hang()
    if fault != "unverified":
        if not sys.stdin.readline():
            os.unlink(name + ".part")
            sys.exit(70)
        os.rename(name + ".part", name)
    artifacts.append({"position": file["position"], "location": name, "size_bytes": size,
                      "sha256": digest.hexdigest()})
if fault == "stderr-flood":
    block = b"e" * (1 << 20)
    for _ in range(256):
        os.write(2, block)
    sys.exit(3)
if fault == "wrong-receipt":
    artifacts[0]["sha256"] = "0" * 64
if fault == "leak-in-receipt":
    artifacts[0]["location"] += "?" + token
if fault == "orphan-pipe":
    subprocess.Popen(["sleep", "600"], stdin=subprocess.DEVNULL)
    sys.exit(0)
say(type="result", receipt={"outcome": "delivered", "artifacts": artifacts})
if fault == "two-results":
    say(type="result", receipt={"outcome": "delivered", "artifacts": artifacts})
if fault == "lingers":
    hang()
sys.exit(1 if fault == "status-disagrees" else 0)
