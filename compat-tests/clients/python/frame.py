"""The frame of the Python clients' programs: runs the scenarios and prints a line for each, as clients/golang/scenario does."""
import sys
import threading
import time

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
LIMIT = 60.0


FITS = "0123456789" * 100_000  # as one record below a topic's default max.message.bytes
TOO_LARGE = "0123456789" * 110_000  # and above it
CLIENT_LIMIT = 3_000_000  # what scenarios raise a client's own bound on size to, so that the broker is asked

# The records of the scenario records: key, value, headers. None is absent, b"" is empty.
SHAPES = [
    (b"k0", b"v0", [("a", b"1"), ("b", b"")]),
    (None, b"v1", []),
    (b"k2", None, []),
    (b"", b"", []),
]


def settle():
    """After a topic was made: a broker may name a partition's leader before it has become one, and acks=0 then loses."""
    time.sleep(0.4)


def values(prefix, n):
    return [f"{prefix}-{i:03d}" for i in range(n)]


def padded(n):
    """Values that every codec makes smaller."""
    return values("v" * 60, n)


def hour():
    """An hour ago in milliseconds, a whole second: the time of the first record where a scenario sets times."""
    return int(time.time() - 3600) * 1000


def same_shapes(base, got):
    """got are (key, value, headers, milliseconds), in order."""
    want = [(*s, base + i * 1000) for i, s in enumerate(SHAPES)]
    got = [(k, v, [(h, bytes(x)) for h, x in hs or []], at) for k, v, hs, at in got]
    if got != want:
        raise AssertionError(f"want {want}, got {got}")


def restart_broker():
    """Has the runner stop the broker and start it again on its data."""
    print("RESTART", flush=True)
    sys.stdin.readline()


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
