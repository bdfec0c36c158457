"""GStreamer's webrtcbin as a WHIP publisher of a test picture and a tone, or as a WHEP viewer.

Arguments: publish URL SECONDS CODEC, or play URL SECONDS; it plays no longer than it takes to have seen enough.
"""

import json
import signal
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstWebRTC", "1.0")
gi.require_version("GstSdp", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

ENCODERS = {
    "H264": "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=30 bitrate=1000"
    " ! video/x-h264,profile=constrained-baseline"
    " ! rtph264pay aggregate-mode=zero-latency config-interval=-1",
    "H265": "x265enc tune=zerolatency speed-preset=ultrafast key-int-max=30 bitrate=1000"
    " ! rtph265pay aggregate-mode=zero-latency config-interval=-1",
    "VP8": "vp8enc deadline=1 cpu-used=8 keyframe-max-dist=30 target-bitrate=1000000 ! rtpvp8pay picture-id-mode=15-bit",
    "VP9": "vp9enc deadline=1 cpu-used=8 keyframe-max-dist=30 target-bitrate=1000000 ! rtpvp9pay picture-id-mode=15-bit",
}

PUBLISHER = """
webrtcbin name=peer bundle-policy=max-bundle
videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=640,height=360,framerate=30/1
  ! {encoder} ! application/x-rtp,media=video,encoding-name={codec},payload=96 ! peer.
audiotestsrc is-live=true ! audioconvert ! opusenc ! rtpopuspay
  ! application/x-rtp,media=audio,encoding-name=OPUS,payload=97 ! peer.
"""

RECEIVED = (
    "application/x-rtp,media=audio,encoding-name=OPUS,payload=111,clock-rate=48000,encoding-params=(string)2",
    "application/x-rtp,media=video,encoding-name=H264,payload=102,clock-rate=90000"
    ",packetization-mode=(string)1,profile-level-id=(string)42e01f"
    ";application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000"
    ";application/x-rtp,media=video,encoding-name=VP9,payload=98,clock-rate=90000"
    ";application/x-rtp,media=video,encoding-name=H265,payload=104,clock-rate=90000",
)

ENOUGH_PICTURES = 45
ENOUGH_SOUND = 45


class Session:
    """One HTTP session: full gathering, one POST, no PATCH, a DELETE at the end."""

    def __init__(self, url, seconds, pipeline):
        self.url = url
        self.seconds = seconds
        self.session = None
        self.failure = None
        self.posted = 0
        self.loop = GLib.MainLoop()
        self.pipeline = pipeline
        self.peer = pipeline.get_by_name("peer")
        self.peer.connect("on-negotiation-needed", self.on_negotiation_needed)
        self.peer.connect("notify::ice-gathering-state", self.on_gathering)
        self.peer.connect("notify::connection-state", self.on_connection)
        bus = pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::error", lambda _, message: self.fail(str(message.parse_error())))

    def run(self):
        GLib.timeout_add_seconds(self.seconds + 20, self.fail, "not done in time")
        GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGTERM, self.loop.quit)
        self.pipeline.set_state(Gst.State.PLAYING)
        self.loop.run()
        if self.session:
            request = urllib.request.Request(self.session, method="DELETE")
            print("DELETE", urllib.request.urlopen(request).status, flush=True)
        self.pipeline.set_state(Gst.State.NULL)
        return self.failure

    def fail(self, reason):
        self.failure = self.failure or reason
        self.loop.quit()
        return False

    def on_negotiation_needed(self, _peer):
        if self.session is None:
            promise = Gst.Promise.new_with_change_func(self.on_offer, None)
            self.peer.emit("create-offer", None, promise)

    def on_offer(self, promise, _data):
        # The offer lives in the reply, so the reply must live as long.
        reply = promise.get_reply()
        offer = reply.get_value("offer")
        self.peer.emit("set-local-description", offer, Gst.Promise.new())

    def on_gathering(self, _peer, _property):
        state = self.peer.get_property("ice-gathering-state")
        if state == GstWebRTC.WebRTCICEGatheringState.COMPLETE and self.session is None:
            GLib.idle_add(self.post)

    def post(self):
        offer = self.peer.get_property("local-description").sdp.as_text()
        request = urllib.request.Request(
            self.url, data=offer.encode(), headers={"Content-Type": "application/sdp"}, method="POST")
        self.posted = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                self.session = urllib.parse.urljoin(self.url, response.headers["Location"])
                text = response.read().decode()
        except urllib.error.HTTPError as error:
            return self.fail(f"{error.code} {error.read().decode()}")
        result, sdp = GstSdp.SDPMessage.new_from_text(text)
        if result != GstSdp.SDPResult.OK:
            return self.fail("the answer is not SDP:\n" + text)
        answer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, sdp)
        self.peer.emit("set-remote-description", answer, Gst.Promise.new())
        return False

    def on_connection(self, _peer, _property):
        state = self.peer.get_property("connection-state")
        print("connection", state.value_nick, flush=True)
        if state == GstWebRTC.WebRTCPeerConnectionState.CONNECTED:
            GLib.timeout_add_seconds(self.seconds, self.loop.quit)
        elif state == GstWebRTC.WebRTCPeerConnectionState.FAILED:
            self.fail("the connection failed")


class Viewer(Session):
    """Decodes what comes and counts it."""

    def __init__(self, url, seconds):
        pipeline = Gst.Pipeline.new("viewer")
        peer = Gst.ElementFactory.make("webrtcbin", "peer")
        peer.set_property("bundle-policy", "max-bundle")
        pipeline.add(peer)
        super().__init__(url, seconds, pipeline)
        self.codec = ""
        self.frames = 0
        self.size = (0, 0)
        self.first = -1
        self.audio = 0
        for caps in RECEIVED:
            peer.emit("add-transceiver", GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY, Gst.Caps.from_string(caps))
        peer.connect("pad-added", self.on_track)

    def on_track(self, _peer, pad):
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        decoder = Gst.ElementFactory.make("decodebin")
        decoder.connect("pad-added", self.on_decoded)
        self.pipeline.add(decoder)
        decoder.sync_state_with_parent()
        caps = pad.get_current_caps() or pad.query_caps()
        if caps.get_structure(0).get_string("media") == "video":
            self.codec = caps.get_structure(0).get_string("encoding-name")
        pad.link(decoder.get_static_pad("sink"))

    def on_decoded(self, _decoder, pad):
        sink = Gst.ElementFactory.make("fakesink")
        self.pipeline.add(sink)
        sink.sync_state_with_parent()
        video = pad.get_current_caps().get_structure(0).get_name().startswith("video/")
        pad.add_probe(Gst.PadProbeType.BUFFER, self.on_picture if video else self.on_sound)
        pad.link(sink.get_static_pad("sink"))

    def on_picture(self, pad, _info):
        picture = pad.get_current_caps().get_structure(0)
        self.size = (picture.get_int("width").value, picture.get_int("height").value)
        if self.frames == 0:
            self.first = round((time.monotonic() - self.posted) * 1000)
        self.frames += 1
        if self.frames >= ENOUGH_PICTURES and self.audio >= ENOUGH_SOUND:
            GLib.idle_add(self.loop.quit)
        return Gst.PadProbeReturn.OK

    def on_sound(self, _pad, _info):
        self.audio += 1
        return Gst.PadProbeReturn.OK

    def run(self):
        failure = super().run()
        print(
            json.dumps({
                "codec": self.codec,
                "framesDecoded": self.frames,
                "width": self.size[0],
                "height": self.size[1],
                "firstFrameMillis": self.first,
                "audioPacketsReceived": self.audio,
            }),
            flush=True)
        return failure


def publisher(url, seconds, codec):
    text = PUBLISHER.format(codec=codec, encoder=ENCODERS[codec])
    return Session(url, seconds, Gst.parse_launch(text))


Gst.init(None)
if sys.argv[1] == "version":
    print(Gst.version_string())
elif sys.argv[1] == "publish":
    sys.exit(publisher(sys.argv[2], int(sys.argv[3]), sys.argv[4]).run())
else:
    sys.exit(Viewer(sys.argv[2], int(sys.argv[3])).run())
