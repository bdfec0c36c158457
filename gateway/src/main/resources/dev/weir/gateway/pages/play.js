import { ask, askForToken, bitrate, byId, end, exchange, needsToken, Refusal, streamOfPath } from './weir.js';

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
  video.controls = state === 'playing';
  if (state !== 'playing') {
    byId('sound').hidden = true;
    byId('stats').textContent = '';
  }
}

async function connect() {
  close();
  weir.attempts += 1;
  const view = { peer: new RTCPeerConnection({ bundlePolicy: 'max-bundle' }), session: '', begun: performance.now(), idle: 0, lastBytes: 0 };
  current = view;
  const media = new MediaStream();
  view.peer.addTransceiver('video', { direction: 'recvonly' });
  view.peer.addTransceiver('audio', { direction: 'recvonly' });
  view.peer.addEventListener('track', ({ track }) => media.addTrack(track));
  view.peer.addEventListener('connectionstatechange', () => current === view && follow(view));
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
  // Not before: a video that waits for its first byte keeps the browser's tab loading.
  video.srcObject = media;
  show('connecting', 'Connecting…');
  view.timer = setInterval(() => report(view), 500);
}

function refused(error) {
  weir.error = error.message;
  if (!(error instanceof Refusal)) {
    show('waiting', 'The gateway cannot be reached', 'Trying again…');
    again(2);
  } else if (needsToken(error.status)) {
    show('failed', error.title, '', false);
    close();
    askForToken(error.status, error.message, `watch “${stream}”`).then(() => {
      show('connecting', 'Connecting…');
      connect();
    });
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
    offerSound(view);
  };
  if (video.requestVideoFrameCallback) {
    video.requestVideoFrameCallback(arrived);
  }
  video.addEventListener('loadeddata', arrived, { once: true });
}

function offerSound(view) {
  const sound = view.peer.getReceivers().some(({ track }) => track.kind === 'audio' && !track.muted);
  byId('sound').hidden = !video.muted || !sound;
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
  measure(view, bytes);
  if (bytes > view.lastBytes && (view.playing || onlySound(view))) {
    resume(view);
  }
  view.lastBytes = bytes;
  if (weir.state === 'playing' && view.bps !== undefined) {
    parts.push(bitrate(view.bps));
    if (view.playing) {
      parts.push(`first frame after ${weir.firstFrameMillis} ms`);
    }
    byId('stats').textContent = parts.join(' · ');
  }
  if (view.idle > WATCHDOG_SECONDS || view.stalled > WATCHDOG_SECONDS) {
    const silent = view.idle > WATCHDOG_SECONDS;
    view.idle = 0;
    view.stalled = 0;
    await lookAfter(view, silent);
  }
}

/** Keeps a smoothed bitrate and the seconds since anything arrived. */
function measure(view, bytes) {
  const now = performance.now();
  if (view.time !== undefined) {
    const bps = ((bytes - view.lastBytes) * 8000) / (now - view.time);
    view.bps = view.bps === undefined ? bps : view.bps * 0.7 + bps * 0.3;
    view.idle = bytes === view.lastBytes ? view.idle + (now - view.time) / 1000 : 0;
  }
  view.stalled = view.playing && weir.framesDecoded === view.lastFrames ? (view.stalled ?? 0) + (now - view.time) / 1000 : 0;
  view.lastFrames = weir.framesDecoded;
  view.time = now;
}

function onlySound(view) {
  return weir.audioBytes > 0 && weir.framesDecoded === 0 && performance.now() - view.begun > 3000;
}

function resume(view) {
  if (weir.state !== 'playing') {
    show('playing', '');
    offerSound(view);
  }
}

function describeVideo(entry, stats, parts) {
  weir.framesDecoded = entry.framesDecoded ?? 0;
  weir.width = entry.frameWidth ?? 0;
  weir.height = entry.frameHeight ?? 0;
  weir.codec = stats.get(entry.codecId)?.mimeType.split('/')[1] ?? '';
  parts.push(weir.codec, `${weir.width}×${weir.height}`, `${Math.round(entry.framesPerSecond ?? 0)} frames/s`);
}

/**
 * No picture, or nothing at all, has arrived for a while. The gateway keeps a viewer over a change of publisher; a new
 * session is needed when this one is gone, when the codec is another one now, or when the stream is live and silent here.
 */
async function lookAfter(view, silent) {
  const session = await ask(view.session, { method: 'HEAD' }).then((response) => response.status, () => 0);
  const live = await ask(`/streams/${encodeURIComponent(stream)}`)
    .then((response) => (response.ok ? response.json() : null), () => null)
    .then((one) => (one?.live ? one : undefined));
  if (current !== view) {
    return;
  }
  const otherCodec = live && weir.codec !== '' && !live.codecs.includes(weir.codec.toUpperCase());
  if (session === 404 || otherCodec || (live && silent)) {
    show('waiting', 'Connecting again…');
    again(1);
  } else if (silent) {
    show('waiting', 'The stream has ended', `Waiting for somebody to publish “${stream}” again…`);
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
  video.srcObject = null;
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
