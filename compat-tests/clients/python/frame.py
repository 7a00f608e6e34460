"""The frame of the Python clients' programs: runs the scenarios and prints a line for each, as clients/golang/scenario does."""
import sys
import threading
import time

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
LIMIT = 60.0


class NotOffered(Exception):
    pass


def settle():
    """After a topic was made: a broker may name a partition's leader before it has become one, and acks=0 then loses."""
    time.sleep(0.4)


def values(prefix, n):
    return [f"{prefix}-{i:03d}" for i in range(n)]


def same(want, got):
    if sorted(want) != sorted(got):
        raise AssertionError(f"want {len(want)} records, got {len(got)}: {str(sorted(got))[:80]}")


def poll_until(check, what, limit=40.0, pause=0.1):
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if check():
            return
        time.sleep(pause)
    raise AssertionError("never: " + what)


def outcome(run, bootstrap, topic):
    result = []

    def body():
        try:
            run(bootstrap, topic)
            result.append("passed")
        except NotOffered:
            result.append("not-offered")
        except BaseException as e:  # noqa: BLE001 - whatever it is, it is the scenario's failure
            result.append("failed: " + f"{type(e).__name__}: {e}".replace("\n", " ")[:300])

    t = threading.Thread(target=body, daemon=True)
    t.start()
    t.join(LIMIT)
    return result[0] if result else "failed: no end within the limit"


def main(name, version, scenarios):
    bootstrap, prefix, only = sys.argv[1], sys.argv[2], sys.argv[3:]
    print("VERSION", name, version, flush=True)
    for scenario, run in scenarios:
        if only and scenario not in only:
            continue
        print("RESULT", scenario, outcome(run, bootstrap, f"{prefix}-{scenario}"), flush=True)
