#!/usr/bin/env python3
"""A source for wherry: RDB files in FOLDER/INSTANCE/BACKUP.rdb, behind a web server that checks signed links."""
import hashlib, hmac, json, os, pathlib, sys, time, urllib.parse


class Trouble(Exception):
    """class, code, message, exit status."""


def say(**line):
    print(json.dumps(line), flush=True)


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def path_of(options, *names):
    """Where an instance or backup lies; ids come from outside, so none may leave the folder."""
    path = pathlib.Path(options["folder"], *names)
    if any("/" in name or name.startswith(".") for name in names) or not path.exists():
        kind = "instance" if len(names) == 1 else "backup"
        raise Trouble("not-found", kind + ".not-found", "There is no such " + kind + ".", 66)
    return path


def describe(options, params):
    spec = [("folder", "path", "Where the files are."), ("base_url", "endpoint", "The web server in front of it."),
            ("link_key", "secret", "The key that signs links.")]
    options = [{"name": n, "kind": k, "help": h, "required": True} for n, k, h in spec]
    return {"plugin": {"id": "shelf", "version": "1.0", "kind": "source", "title": "a folder", "options": options}}


def check(options, params):
    if not os.path.isdir(options.get("folder", "")):
        raise Trouble("configuration", "folder.missing", "The folder is not there.", 78)
    return {"findings": [{"level": "ok", "message": "The folder is there."}]}


def instances(options, params):
    return [{"id": p.name, "topology": "standalone"} for p in path_of(options).iterdir() if p.is_dir()]


def backups(options, params):
    files = path_of(options, params["instance"]).glob("*.rdb")
    return [{"id": p.stem, "instance": params["instance"], "started_at": stamp(p.stat().st_mtime),
             "size_bytes": p.stat().st_size} for p in files]


def issue_urls(options, params):
    file = path_of(options, params["instance"], params["backup"] + ".rdb")
    expires, path = int(time.time()) + 3600, urllib.parse.quote("/" + params["instance"] + "/" + file.name)
    sign = hmac.new(options["link_key"].encode(), f"{path}:{expires}".encode(), hashlib.sha256).hexdigest()
    url = f"{options['base_url']}{path}?expires={expires}&sign={sign}"
    return [{"position": 0, "name": file.name, "size_bytes": file.stat().st_size, "extranet_url": url,
             "expires_at": stamp(expires)}]


def main():
    if "WHERRY_PLUGIN_COOKIE" not in os.environ:
        print("This is a plugin for wherry: run it with  wherry plugin check PATH", file=sys.stderr)
        sys.exit(64)
    request = json.loads(sys.stdin.readline())
    try:
        if request["protocol"]["min"] > 1:
            raise Trouble("unsupported", "unsupported-protocol", "This source speaks version 1 only.", 69)
        say(type="hello", protocol=1, plugin="shelf", version="1.0")
        works = {f.__name__.replace("_", "-"): f for f in (describe, check, instances, backups, issue_urls)}
        if request["op"] not in works:
            raise Trouble("unsupported", "unsupported-operation", "This source cannot do that.", 69)
        answer = works[request["op"]](request["options"], request["params"])
        if isinstance(answer, list):
            for item in answer:
                say(type="item", item=item)
            answer = {"items": len(answer)}
        say(type="result", **answer)
    except Trouble as trouble:
        say(type="error", **dict(zip(("class", "code", "message"), trouble.args)))
        sys.exit(trouble.args[3])


main()
