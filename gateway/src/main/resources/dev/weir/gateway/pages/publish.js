import { ask, askForToken, bitrate, byId, end, exchange, needsToken, Refusal, streamOfPath, withToken } from './weir.js';

const PREFERRED = ['H264', 'VP8', 'VP9', 'AV1', 'H265'];
const MAX_BITRATE = { '640x360': 1_000_000, '1280x720': 2_500_000, '1920x1080': 5_000_000 };
const query = new URLSearchParams(location.search);
const weir = { state: 'idle', sessionUrl: '', framesEncoded: 0, codec: '', stream: '', error: '' };
window.weir = weir;
let current = null;

/** Video codecs that this browser can encode, by name, with the capabilities to prefer. */
function encoders() {
  const found = new Map();
  for (const codec of RTCRtpSender.getCapabilities?.('video')?.codecs ?? []) {
    const name = codec.mimeType.slice('video/'.length).toUpperCase();
    if (PREFERRED.includes(name)) {
      found.set(name, [...(found.get(name) ?? []), codec]);
    }
  }
  return found;
}

function fillForm() {
  const available = encoders();
  for (const name of PREFERRED.filter((codec) => available.has(codec))) {
    byId('codec').append(new Option(name, name));
  }
  const wanted = (query.get('codec') || '').toUpperCase();
  if (available.has(wanted)) {
    byId('codec').value = wanted;
  }
  byId('stream').value = streamOfPath() || 'live';
  if (query.get('source') === 'screen') {
    document.querySelector('input[value=screen]').checked = true;
  }
  if (query.get('audio') === '0') {
    byId('audio').checked = false;
  }
  if (!navigator.mediaDevices?.getDisplayMedia) {
    document.querySelector('input[value=screen]').disabled = true;
  }
}

async function capture() {
  if (!navigator.mediaDevices) {
    throw new Error('Browsers give camera and screen only to pages from https:// or localhost. Open this page that way.');
  }
  const [width, height] = byId('size').value.split('x').map(Number);
  const video = { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: 30 } };
  const audio = byId('audio').checked;
  const screen = document.querySelector('input[name=source]:checked').value === 'screen';
  return screen
    ? navigator.mediaDevices.getDisplayMedia({ video, audio })
    : navigator.mediaDevices.getUserMedia({ video, audio });
}

function readable(error) {
  switch (error.name) {
    case 'NotAllowedError': return 'The browser was not allowed to use the camera, microphone or screen. Permit it for this page and try again.';
    case 'NotFoundError': return 'No camera or microphone was found. Connect one, choose Screen, or switch the sound off.';
    case 'NotReadableError': return 'The camera or microphone is in use by another program.';
    case 'TypeError': return error.message === 'Failed to fetch' ? 'The gateway cannot be reached.' : error.message;
    default: return error.message || String(error);
  }
}

function setState(state, text) {
  weir.state = state;
  byId('state').textContent = text;
  const busy = state === 'starting' || state === 'connecting' || state === 'live';
  byId('start').disabled = busy;
  byId('stop').disabled = !busy;
  for (const field of byId('form').querySelectorAll('input, select')) {
    field.disabled = busy;
  }
  byId('watch').hidden = state !== 'live';
}

function fail(error) {
  weir.error = readable(error);
  close();
  setState('failed', 'Not publishing.');
  if (error instanceof Refusal && needsToken(error.status)) {
    askForToken(error.status, error.message, `publish “${weir.stream}”`).then(start);
    return;
  }
  byId('error').textContent = error instanceof Refusal && error.title ? `${error.title}: ${weir.error}` : weir.error;
  byId('error').hidden = false;
}

async function start() {
  weir.error = '';
  byId('error').hidden = true;
  setState('starting', 'Waiting for camera and microphone…');
  const publication = { peer: null, media: null, session: '', timer: 0 };
  current = publication;
  try {
    publication.media = await capture();
    if (current !== publication) {
      publication.media.getTracks().forEach((track) => track.stop());
      return;
    }
    await connect(publication);
  } catch (error) {
    if (current === publication) {
      fail(error);
    }
  }
}

async function connect(publication) {
  byId('preview').srcObject = publication.media;
  byId('overlay').hidden = true;
  weir.stream = byId('stream').value;
  weir.codec = byId('codec').value;
  setState('connecting', 'Connecting…');
  const peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  publication.peer = peer;
  for (const track of publication.media.getTracks()) {
    track.addEventListener('ended', () => current === publication && stop());
    const sendEncodings = track.kind === 'video' ? [{ maxBitrate: MAX_BITRATE[byId('size').value] }] : undefined;
    const transceiver = peer.addTransceiver(track, { direction: 'sendonly', streams: [publication.media], sendEncodings });
    if (track.kind === 'video') {
      prefer(transceiver, weir.codec);
    }
  }
  peer.addEventListener('connectionstatechange', () => current === publication && follow(publication));
  publication.session = await exchange(`/whip/${encodeURIComponent(weir.stream)}`, peer);
  if (current !== publication) {
    end(publication.session);
    return;
  }
  weir.sessionUrl = publication.session;
}

function prefer(transceiver, name) {
  const all = RTCRtpSender.getCapabilities('video').codecs;
  const chosen = all.filter((codec) => codec.mimeType.toUpperCase() === `VIDEO/${name}`);
  const repair = all.filter((codec) => codec.mimeType.toLowerCase() === 'video/rtx');
  if (chosen.length > 0) {
    transceiver.setCodecPreferences([...chosen, ...repair]);
  }
}

function follow(publication) {
  const state = publication.peer.connectionState;
  if (state === 'connected') {
    byId('watch').href = withToken(`/play/${encodeURIComponent(weir.stream)}`);
    setState('live', `Live as “${weir.stream}”.`);
    clearInterval(publication.timer);
    publication.timer = setInterval(() => report(publication), 1000);
  } else if (state === 'failed' || state === 'closed') {
    fail(new Error('The connection to the gateway was lost. Its UDP port must be reachable from here.'));
  } else if (state === 'disconnected') {
    setState('live', 'The connection is interrupted…');
  }
}

async function report(publication) {
  const stats = await publication.peer.getStats();
  if (current !== publication || weir.state !== 'live') {
    return;
  }
  for (const entry of stats.values()) {
    if (entry.type === 'outbound-rtp' && entry.kind === 'video') {
      weir.framesEncoded = entry.framesEncoded ?? 0;
      const seconds = (entry.timestamp - (publication.lastTime ?? entry.timestamp)) / 1000;
      const bps = seconds > 0 ? ((entry.bytesSent - publication.lastBytes) * 8) / seconds : 0;
      publication.lastTime = entry.timestamp;
      publication.lastBytes = entry.bytesSent;
      const size = entry.frameWidth ? `${entry.frameWidth}×${entry.frameHeight}, ` : '';
      byId('state').textContent =
        `Live as “${weir.stream}”: ${weir.codec}, ${size}${Math.round(entry.framesPerSecond ?? 0)} frames/s, ${bitrate(bps)}`;
    }
  }
  const gone = await ask(publication.session, { method: 'HEAD' }).then((response) => response.status === 404, () => false);
  if (gone && current === publication) {
    fail(new Error('The gateway ended this session.'));
  }
}

function close() {
  const publication = current;
  current = null;
  if (publication) {
    clearInterval(publication.timer);
    publication.peer?.close();
    publication.media?.getTracks().forEach((track) => track.stop());
    end(publication.session);
  }
  weir.sessionUrl = '';
  byId('preview').srcObject = null;
  byId('overlay').hidden = false;
}

function stop() {
  close();
  setState('idle', 'Stopped.');
}

fillForm();
byId('form').addEventListener('submit', (event) => {
  event.preventDefault();
  start();
});
byId('stop').addEventListener('click', stop);
addEventListener('pagehide', close);
if (query.has('start')) {
  start();
}
