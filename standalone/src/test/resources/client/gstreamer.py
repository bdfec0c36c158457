"""Publishes a test picture in H264 and a tone in Opus by WHIP with GStreamer's webrtcbin: URL SECONDS."""

import sys
import urllib.error
import urllib.parse
import urllib.request

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstWebRTC", "1.0")
gi.require_version("GstSdp", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

PIPELINE = """
webrtcbin name=peer bundle-policy=max-bundle
videotestsrc is-live=true pattern=ball ! video/x-raw,width=640,height=360,framerate=30/1
  ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=30 bitrate=1000
  ! video/x-h264,profile=constrained-baseline
  ! rtph264pay aggregate-mode=zero-latency config-interval=-1
  ! application/x-rtp,media=video,encoding-name=H264,payload=96 ! peer.
audiotestsrc is-live=true ! audioconvert ! opusenc ! rtpopuspay
  ! application/x-rtp,media=audio,encoding-name=OPUS,payload=97 ! peer.
"""


class Publisher:
    def __init__(self, url, seconds):
        self.url = url
        self.seconds = seconds
        self.session = None
        self.failure = None
        self.loop = GLib.MainLoop()
        self.pipeline = Gst.parse_launch(PIPELINE)
        self.peer = self.pipeline.get_by_name("peer")
        self.peer.connect("on-negotiation-needed", self.on_negotiation_needed)
        self.peer.connect("notify::ice-gathering-state", self.on_gathering)
        self.peer.connect("notify::connection-state", self.on_connection)
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::error", lambda _, message: self.fail(str(message.parse_error())))

    def run(self):
        GLib.timeout_add_seconds(self.seconds + 20, self.fail, "not done in time")
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


Gst.init(None)
sys.exit(Publisher(sys.argv[1], int(sys.argv[2])).run())
