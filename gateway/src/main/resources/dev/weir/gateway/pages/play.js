import { bitrate, byId, end, exchange, Refusal, streamOfPath } from './weir.js';

const WATCHDOG_SECONDS = 3;
const stream = streamOfPath();
const video = byId('video');
const weir = { state: 'connecting', framesDecoded: 0, firstFrameMillis: 0, sessionUrl: '', codec: '', width: 0, height: 0, audioBytes: 0, attempts: 0, error: '' };
window.weir = weir;
let current = null;

byId('title').textContent = stream;
document.title = `${stream} – Weir`;

/** Browsers mix Opus down to mono unless the offer asks for stereo. */
function withStereo(sdp) {
  const opus = /a=rtpmap:(\d+) opus\//i.exec(sdp);
  return opus ? sdp.replace(new RegExp(`(a=fmtp:${opus[1]} )`), '$1stereo=1;') : sdp;
}

function show(state, text, detail = '', busy = true) {
  weir.state = state;
  byId('state').textContent = text;
  byId('detail').textContent = detail;
  byId('spinner').hidden = !busy;
  byId('overlay').hidden = state === 'playing';
}

async function connect() {
  close();
  weir.attempts += 1;
  const view = { peer: new RTCPeerConnection({ bundlePolicy: 'max-bundle' }), session: '', begun: performance.now(), idle: 0 };
  current = view;
  const media = new MediaStream();
  view.peer.addTransceiver('video', { direction: 'recvonly' });
  view.peer.addTransceiver('audio', { direction: 'recvonly' });
  view.peer.addEventListener('track', ({ track }) => media.addTrack(track));
  view.peer.addEventListener('connectionstatechange', () => current === view && follow(view));
  video.srcObject = media;
  awaitFirstFrame(view);
  try {
    view.session = await exchange(`/whep/${encodeURIComponent(stream)}`, view.peer, withStereo);
  } catch (error) {
    if (current === view) {
      refused(error);
    }
    return;
  }
  if (current !== view) {
    end(view.session);
    return;
  }
  weir.sessionUrl = view.session;
  weir.error = '';
  show('connecting', 'Connecting…');
  view.timer = setInterval(() => report(view), 500);
}

function refused(error) {
  weir.error = error.message;
  if (!(error instanceof Refusal)) {
    show('waiting', 'The gateway cannot be reached', 'Trying again…');
    again(2);
  } else if (error.status === 409) {
    show('waiting', 'Not live yet', `Waiting for somebody to publish “${stream}”…`);
    again(error.retryAfter || 2);
  } else if (error.retryAfter > 0) {
    show('waiting', error.title || 'The gateway is busy', error.message);
    again(error.retryAfter);
  } else {
    show('failed', error.title || 'The stream cannot be played', error.message, false);
    close();
  }
}

function again(seconds) {
  close();
  setTimeout(connect, seconds * 1000);
}

function awaitFirstFrame(view) {
  const arrived = () => {
    if (current !== view || view.playing) {
      return;
    }
    view.playing = true;
    weir.firstFrameMillis = Math.round(performance.now() - view.begun);
    show('playing', '');
    byId('sound').hidden = !video.muted || !view.peer.getReceivers().some((r) => r.track.kind === 'audio' && !r.track.muted);
  };
  if (video.requestVideoFrameCallback) {
    video.requestVideoFrameCallback(arrived);
  }
  video.addEventListener('loadeddata', arrived, { once: true });
}

function follow(view) {
  const state = view.peer.connectionState;
  if (state === 'failed' || state === 'closed') {
    show('waiting', 'The connection was lost', 'Trying again…');
    again(1);
  }
}

async function report(view) {
  const stats = await view.peer.getStats();
  if (current !== view) {
    return;
  }
  let bytes = 0;
  const parts = [];
  for (const entry of stats.values()) {
    if (entry.type === 'inbound-rtp') {
      bytes += entry.bytesReceived;
      if (entry.kind === 'audio') {
        weir.audioBytes = entry.bytesReceived;
      } else if (entry.kind === 'video') {
        describeVideo(entry, stats, parts);
      }
    }
  }
  const now = performance.now();
  const bps = view.time ? ((bytes - view.bytes) * 8000) / (now - view.time) : 0;
  view.smooth = view.smooth === undefined ? bps : view.smooth * 0.7 + bps * 0.3;
  view.idle = bytes === view.bytes ? view.idle + (now - view.time) / 1000 : 0;
  view.time = now;
  view.bytes = bytes;
  if (weir.state === 'playing') {
    parts.push(bitrate(view.smooth), `first frame after ${weir.firstFrameMillis} ms`);
    byId('stats').textContent = parts.join(' · ');
  } else if (!view.playing && weir.audioBytes > 0 && weir.framesDecoded === 0 && now - view.begun > 3000) {
    show('playing', '');
    byId('sound').hidden = !video.muted;
  }
  if (view.idle > WATCHDOG_SECONDS) {
    view.idle = 0;
    await checkSession(view);
  }
}

function describeVideo(entry, stats, parts) {
  weir.framesDecoded = entry.framesDecoded ?? 0;
  weir.width = entry.frameWidth ?? 0;
  weir.height = entry.frameHeight ?? 0;
  weir.codec = stats.get(entry.codecId)?.mimeType.split('/')[1] ?? '';
  parts.push(weir.codec, `${weir.width}×${weir.height}`, `${Math.round(entry.framesPerSecond ?? 0)} frames/s`);
}

/** Nothing has arrived for a while: the publisher may pause, or the session may be gone. */
async function checkSession(view) {
  const status = await fetch(view.session, { method: 'HEAD' }).then((response) => response.status, () => 0);
  if (current === view && status === 404) {
    show('waiting', 'The stream has ended', `Waiting for somebody to publish “${stream}”…`);
    again(1);
  }
}

function close() {
  const view = current;
  current = null;
  if (view) {
    clearInterval(view.timer);
    view.peer.close();
    end(view.session);
  }
  weir.sessionUrl = '';
}

byId('sound').addEventListener('click', () => {
  video.muted = false;
  byId('sound').hidden = true;
});
video.addEventListener('volumechange', () => {
  if (!video.muted) {
    byId('sound').hidden = true;
  }
});
addEventListener('pagehide', close);
show('connecting', 'Connecting…');
connect();
