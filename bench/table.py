#!/usr/bin/env python3
"""Makes rows of Markdown tables out of what the tools of bench/run print."""

import csv
import json
import re
import sys


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def head(*cells):
    row(*cells)
    print("|" + "---|" * len(cells), flush=True)


def report(name):
    """Reads a report of weir loadtest; it has "failed" when there is none."""
    try:
        text = sys.stdin.read() if name == "-" else open(name).read()
        return json.loads(text)
    except (OSError, ValueError):
        return {"failed": "no report"}


def failure(code, said):
    """Prints, in place of a report, why there is none."""
    lines = [line for line in re.split(r"[\r\n]+", open(said, errors="replace").read()) if line.strip()]
    why = {"124": "not done after three minutes, "}.get(code, f"exit code {code}, ")
    print(json.dumps({"failed": "no report: " + why + (lines[-1].strip() if lines else "said nothing")}))


def trouble(r):
    """Returns what a row has to tell beside its figures, empty when all went well."""
    lost = r["refused"] + r["closed"]
    return f" ({r['refused']} refused, {r['closed']} let go: {r['complaint']})" if lost else ""


def millis(times, *percentiles):
    return " / ".join(f"{times[p]:.2f}" for p in percentiles) if times.get("count") else "none"


def missing(r):
    return f"{r['missing']} ({r['ownDrops']} lost by the tool)" if r["ownDrops"] else r["missing"]


def jmh(name):
    rows = {}
    for line in csv.DictReader(open(name)):
        benchmark, _, kind = line["Benchmark"].partition(":")
        parameters = ", ".join(v for k, v in line.items() if k.startswith("Param") and v)
        key = benchmark.rpartition("bench.")[2] + (" " + parameters if parameters else "")
        if not kind:
            rows.setdefault(key, {})["time"] = float(line["Score"])
        elif kind.endswith("alloc.rate.norm"):
            rows.setdefault(key, {})["bytes"] = float(line["Score"])
    head("benchmark", "ns per call", "bytes allocated per call")
    for key, values in rows.items():
        row(key, f"{values.get('time', float('nan')):.0f}", f"{values.get('bytes', float('nan')):.1f}")


def load_head():
    head("load", "SRTP", "packets/s out", "CPU µs per packet", "CPU %", "MiB", "missing",
         "latency p50 / p99 / p99.9 ms", "POST to answer p50 / p95", "to keyframe p50 / p95")


def load(name):
    r = report("-")
    if "failed" in r:
        return row(name, r["failed"])
    row(name + trouble(r), r["profile"], f"{r['packetsOut'] / r['seconds']:,.0f}", f"{r['server']['cpuMicrosPerPacket']:.2f}",
        f"{r['server']['cpuPercent']:.0f}", r['server']['residentBytes'] >> 20, missing(r),
        millis(r["latencyMillis"], "p50", "p99", "p999"), millis(r["answerMillis"], "p50", "p95"),
        millis(r["keyframeMillis"], "p50", "p95"))


def load_floor(name, way):
    """Reads what fanout.c printed."""
    nanos = [float(line.split()[1]) for line in sys.stdin if line.split()[0] == way]
    row(name, "AEAD_AES_128_GCM", "", f"{nanos[0] / 1_000:.2f}" if nanos else "no compiler")


def peers_head():
    head("server", "viewers", "SRTP", "packets/s out", "CPU µs per packet", "CPU %", "MiB", "missing",
         "latency p50 / p99 / p99.9 ms", "POST to answer p50 / p95", "to first packet p50 / p95", "to keyframe p50 / p95",
         "the tool's own µs per packet")


def peers(server, viewers):
    r = report("-")
    if "failed" in r:
        return row(server, viewers, r["failed"])
    row(server, viewers + trouble(r), r["profile"], f"{r['packetsOut'] / r['seconds']:,.0f}",
        f"{r['server']['cpuMicrosPerPacket']:.2f}", f"{r['server']['cpuPercent']:.0f}", r['server']['residentBytes'] >> 20,
        missing(r), millis(r["latencyMillis"], "p50", "p99", "p999"),
        *(millis(r[part], "p50", "p95") for part in ("answerMillis", "firstPacketMillis", "keyframeMillis")),
        f"{r['tool']['cpuMicrosPerPacket']:.2f}")


def tool_head():
    head("SRTP", "packets/s received", "the tool's CPU µs per packet", "of a core, %", "missing", "the gateway's CPU µs per packet",
         "latency p50 / p99 / p99.9 ms")


def tool():
    r = report("-")
    if "failed" in r:
        return row(r["failed"])
    row(r["profile"] + trouble(r), f"{r['packetsOut'] / r['seconds']:,.0f}", f"{r['tool']['cpuMicrosPerPacket']:.2f}",
        f"{r['tool']['cpuPercent']:.0f}", missing(r), f"{r['server']['cpuMicrosPerPacket']:.2f}",
        millis(r["latencyMillis"], "p50", "p99", "p999"))


BUCKET = re.compile(r'^weir_forwarding_seconds_bucket\{le="([^"]*)"\} ([0-9.eE+]+)')


def buckets(name):
    """Returns the cumulative counts of the gateway's histogram by upper bound, in seconds."""
    found = {}
    for line in open(name):
        match = BUCKET.match(line)
        if match:
            found[float(match[1].replace("+Inf", "inf"))] = float(match[2])
    return found


def forwarded(before, after):
    old, new = buckets(before), buckets(after)
    return sorted((bound, count - old.get(bound, 0)) for bound, count in new.items())


def at_most(counts, share):
    """Returns the bound below which the share of all lies, as text in milliseconds."""
    total = counts[-1][1] if counts else 0
    for bound, count in counts:
        if total and count >= share * total:
            return "more" if bound == float("inf") else f"≤ {bound * 1e3:g}"
    return "none"


def forwarding_head():
    head("viewers", "packets/s in", "p50 ms", "p99 ms", "p99.9 ms", "within 0.5 ms", "within 1 ms",
         "publisher to viewer p50 / p99 / p99.9 ms")


def share(counts, bound):
    total = counts[-1][1] if counts else 0
    return f"{100 * dict(counts).get(bound, 0) / total:.2f} %" if total else "none"


def forwarding(name, before, after, loadtest):
    counts = forwarded(before, after)
    r = report(loadtest)
    whole = "failed" not in r
    row(name, f"{r['packetsIn'] / r['seconds']:,.0f}" if whole else "", at_most(counts, 0.5), at_most(counts, 0.99),
        at_most(counts, 0.999), share(counts, 0.0005), share(counts, 0.001),
        millis(r["latencyMillis"], "p50", "p99", "p999") if whole else r["failed"])


def storm_head():
    head("who", "viewers", "refused", "missing", "latency p50 / p99 / p99.9 / max ms",
         "POST to answer p50 / p95 / max", "to first packet p50 / p95 / max", "to keyframe p50 / p95 / max")


def storm(quiet, during, joiners, before, after):
    for name, file in (("watching, before", quiet), ("watching, during the storm", during), ("joining", joiners)):
        r = report(file)
        if "failed" in r:
            row(name, r["failed"])
            continue
        joins = [millis(r[part], "p50", "p95", "max") for part in ("answerMillis", "firstPacketMillis", "keyframeMillis")]
        row(name, r["viewers"], r["refused"], r["missing"], millis(r["latencyMillis"], "p50", "p99", "p999", "max"),
            *(joins if name == "joining" else ["", "", ""]))
    counts = forwarded(before, after)
    print(f"\nTime in the gateway during the storm: p99 {at_most(counts, 0.99)} ms, p99.9 {at_most(counts, 0.999)} ms")


def idle_head():
    head("sessions", "CPU, % of a core", "CPU per session, µs a second", "wake-ups of threads a second",
         "heap after a collection, MB", "heap per session, kB")


def idle(name, sessions, seconds, ticks, ticks_per_second, wakes, heap, empty):
    sessions, seconds, heap, empty = int(sessions), float(seconds), int(heap or 0), int(empty or 0)
    cpu = int(ticks) / int(ticks_per_second) / seconds
    many = sessions > 1
    row(name, f"{100 * cpu:.1f}", f"{1e6 * cpu / sessions:.0f}" if many else "", f"{max(0, int(wakes)) / seconds:.0f}",
        f"{heap / 1e6:.1f}", f"{(heap - empty) / sessions / 1e3:.1f}" if many and empty else "")


PAUSE = re.compile(r"Total: (\d+) ns")


def gc_head():
    head("JDK", "collector", "latency p50 / p99 / p99.9 / max ms", "CPU µs per packet", "MiB", "missing",
         "safepoints: longest / sum ms")


def gc(version, collector, log):
    r = report("-")
    if "failed" in r:
        return row(version, collector, r["failed"])
    try:
        pauses = [int(nanos) / 1e6 for nanos in PAUSE.findall(open(log).read())]
    except OSError:
        pauses = []
    row(version, collector, millis(r["latencyMillis"], "p50", "p99", "p999", "max"),
        f"{r['server']['cpuMicrosPerPacket']:.2f}", r['server']['residentBytes'] >> 20, r["missing"],
        f"{max(pauses):.1f} / {sum(pauses):.0f}" if pauses else "none")


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    globals()[command.replace("-", "_")](*arguments)
