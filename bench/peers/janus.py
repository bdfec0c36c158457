#!/usr/bin/env python3
"""Gives a Janus of one's own as much WHIP and WHEP as a load test needs: POST an offer to /whip/ID or /whep/ID, DELETE what
Location names. Only signalling comes by here; ICE, DTLS, SRTP, repair and fan-out are Janus's own (VideoRoom plugin).

VideoRoom always makes the offer to a viewer, and WHEP the viewer, so either side gets the other's offer rewritten as its
answer: Janus must be ICE-lite, which settles the roles, and take publisher and viewer with the same payload types.

    janus.py PORT JANUS-PORT
"""

import itertools
import json
import re
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

api = f"http://127.0.0.1:{sys.argv[2]}/janus"
transactions = itertools.count()
sessions = {}
lock = threading.Lock()


def ask(path, **request):
    body = json.dumps({"transaction": str(next(transactions)), **request}).encode()
    with urllib.request.urlopen(urllib.request.Request(api + path, body), timeout=20) as answer:
        return json.load(answer)


class Handle:
    """A session of Janus with one handle of VideoRoom."""

    def __init__(self):
        self.session = f"/{ask('', janus='create')['data']['id']}"
        attached = ask(self.session, janus="attach", plugin="janus.plugin.videoroom")
        self.path = f"{self.session}/{attached['data']['id']}"

    def message(self, body, jsep=None):
        """Returns the SDP of the event that answers."""
        ask(self.path, janus="message", body=body, **({"jsep": jsep} if jsep else {}))
        while True:
            with urllib.request.urlopen(f"{api}{self.session}?maxev=1", timeout=60) as answer:
                event = json.load(answer)
            data = event.get("plugindata", {}).get("data", {})
            if "error" in data:
                raise ValueError(data["error"])
            if event["janus"] == "event":
                return event.get("jsep", {}).get("sdp")

    def end(self):
        ask(self.session, janus="destroy")


def publish(stream, offer):
    handle = Handle()
    ask(handle.path, janus="message", body={
        "request": "create", "room": stream, "publishers": 1, "videocodec": "h264", "audiocodec": "opus", "bitrate": 0})
    return handle, handle.message(
        {"request": "joinandconfigure", "ptype": "publisher", "room": stream, "id": stream}, {"type": "offer", "sdp": offer})


def watch(stream, offer):
    handle = Handle()
    theirs = handle.message({"request": "join", "ptype": "subscriber", "room": stream, "streams": [{"feed": stream}]})
    handle.message({"request": "start"}, {"type": "answer", "sdp": as_answer(offer, theirs, "recvonly", "active")})
    return handle, as_answer(theirs, offer, "sendonly", "passive")


def sections(sdp):
    """Returns the lines of the session and of each m-line."""
    return [part.splitlines() for part in re.split(r"(?m)^(?=m=)", sdp)]


def payload_types(section):
    """Returns what each payload type of an m-line stands for."""
    found = (re.match(r"a=rtpmap:(\d+) (.*)", line) for line in section)
    return {match[1]: match[2].lower() for match in found if match}


def as_answer(description, offer, direction, setup):
    """Rewrites one side's offer as its answer to the other's: m-lines, mids and payload types are those of the other's."""
    head, *own = sections(description)
    _, *wanted = sections(offer)
    mids = [line[6:] for part in wanted for line in part if line.startswith("a=mid:")]
    lines = [line for line in head if not line.startswith(("a=group", "a=extmap", "a=setup", "a=msid"))]
    lines.append("a=group:BUNDLE " + " ".join(mids))
    for part, mid in zip(wanted, mids):
        kind = part[0].split()[0]
        ours = next(section for section in own if section[0].startswith(kind + " "))
        known = payload_types(part)
        common = [number for number, codec in payload_types(ours).items() if known.get(number) == codec]
        if not common:
            raise ValueError("publisher and viewer number their codecs differently")
        lines.append(f"{kind} 9 UDP/TLS/RTP/SAVPF {' '.join(common)}")
        lines += [f"a=mid:{mid}", f"a={direction}", f"a=setup:{setup}"]
        for line in ours[1:]:
            numbered = re.match(r"a=(?:rtpmap|fmtp|rtcp-fb):(\d+) ", line)
            other = ("a=mid", "a=setup", "a=extmap", "a=sendonly", "a=recvonly", "a=sendrecv", "a=bundle-only")
            if numbered[1] in common if numbered else not line.startswith(other):
                lines.append(line)
    return "\r\n".join(lines) + "\r\n"


class Front(BaseHTTPRequestHandler):
    def do_POST(self):
        offer = self.rfile.read(int(self.headers["Content-Length"])).decode()
        kind, stream = self.path.lstrip("/").split("/", 1)
        try:
            handle, answer = (publish if kind == "whip" else watch)(stream, offer)
        except (ValueError, OSError, StopIteration) as e:
            return self.reply(400, str(e))
        location = f"/session{handle.path}"
        with lock:
            sessions[location] = handle
        self.reply(201, answer, ("Content-Type", "application/sdp"), ("Location", location))

    def do_DELETE(self):
        with lock:
            handle = sessions.pop(self.path, None)
        if handle:
            handle.end()
        self.reply(200 if handle else 404, "")

    def reply(self, status, text, *headers):
        body = text.encode()
        self.send_response(status)
        for header in headers:
            self.send_header(*header)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 256


Server(("127.0.0.1", int(sys.argv[1])), Front).serve_forever()
