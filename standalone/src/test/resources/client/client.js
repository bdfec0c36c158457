// The page that the end-to-end tests drive: a WHIP publisher of a canvas and a tone, and a WHEP viewer.
'use strict';

let peer = null;
let sessionUrl = '';
let postedAt = 0;
let firstFrameAt = 0;
let layersUrl = '';
let unwanted = null;

/**
 * Draws a moving picture; in the first tenth of each second it is white, and the tone is loud.
 * @param busy whether the picture is noise, which takes any bit rate
 */
function testMedia(fps, busy = false) {
  const canvas = document.getElementById('source');
  const context = canvas.getContext('2d');
  const audio = new AudioContext({sampleRate: 48000});
  const tone = new OscillatorNode(audio, {frequency: 880});
  const volume = new GainNode(audio, {gain: 0.02});
  const out = new MediaStreamAudioDestinationNode(audio);
  tone.connect(volume).connect(out);
  tone.start();
  for (let second = 1; second < 120; second++) {
    volume.gain.setValueAtTime(0.8, second);
    volume.gain.setValueAtTime(0.02, second + 0.1);
  }
  let frame = 0;
  const noise = new ImageData(128, 72);
  const grain = new OffscreenCanvas(noise.width, noise.height);
  const drawNoise = () => {
    const bits = new Uint32Array(noise.data.buffer);
    for (let i = 0; i < bits.length; i++) bits[i] = 0xff000000 | (Math.random() * 0xffffff);
    grain.getContext('2d').putImageData(noise, 0, 0);
    context.drawImage(grain, 0, 0, canvas.width, canvas.height);
    frame++;
  };
  setInterval(busy ? drawNoise : () => {
    const flash = audio.currentTime >= 1 && audio.currentTime % 1 < 0.1;
    context.fillStyle = flash ? '#fff' : `hsl(${frame % 360} 60% 30%)`;
    context.fillRect(0, 0, canvas.width, canvas.height);
    if (!flash) {
      context.fillStyle = '#fc3';
      context.fillRect((frame * 7) % canvas.width, (frame * 3) % canvas.height, 90, 90);
      context.font = '40px monospace';
      context.fillText(String(frame), 20, 50);
    }
    frame++;
  }, 1000 / fps);
  return new MediaStream([...canvas.captureStream(fps).getTracks(), ...out.stream.getTracks()]);
}

async function gathered(connection) {
  if (connection.iceGatheringState !== 'complete') {
    await new Promise(resolve => connection.addEventListener('icegatheringstatechange', () => {
      if (connection.iceGatheringState === 'complete') resolve();
    }));
  }
}

/** The answer with one candidate: the port on loopback through which media shall go; 0 = as it is. */
function rerouted(sdp, through) {
  if (!through) return sdp;
  let seen = false;
  return sdp.split('\r\n').filter(line => {
    if (!line.startsWith('a=candidate:')) return true;
    const keep = !seen && / udp /i.test(line) && line.includes('127.0.0.1');
    seen = seen || keep;
    return keep;
  }).map(line => line.replace(/^(a=candidate:\S+ \d+ udp \d+) \S+ \d+/i, `$1 127.0.0.1 ${through}`)).join('\r\n');
}

async function exchange(url, through = 0) {
  await peer.setLocalDescription();
  await gathered(peer);
  postedAt = performance.now();
  const response = await fetch(url, {
    method: 'POST',
    headers: {'Content-Type': 'application/sdp'},
    body: peer.localDescription.sdp,
  });
  if (response.status !== 201) {
    throw new Error(`${response.status} ${response.headers.get('Content-Type')} ${await response.text()}`);
  }
  sessionUrl = new URL(response.headers.get('Location'), url).href;
  const layers = (response.headers.get('Link') || '').match(/<([^>]*)>; *rel="?urn:ietf:params:whep:ext:core:layer/);
  layersUrl = layers ? new URL(layers[1], url).href : '';
  const answer = (await response.text()).split('\r\n').filter(line => !unwanted || !unwanted.test(line));
  await peer.setRemoteDescription({type: 'answer', sdp: rerouted(answer.join('\r\n'), through)});
}

/** Makes as if lines of the answer were not there, for example candidates. */
function ignoreInAnswer(pattern) {
  unwanted = pattern;
}

/** Restarts ICE by PATCH (RFC 9725 section 4.3.3) and applies the server's fragment to the answer; our new ufrag. */
async function restartIce() {
  const first = (sdp, name) => sdp.match(new RegExp(`^a=${name}:(.*)$`, 'm'))[1].trim();
  const before = first(peer.localDescription.sdp, 'ice-ufrag');
  peer.restartIce();
  await peer.setLocalDescription();
  await gathered(peer);
  const offer = peer.localDescription.sdp;
  const ufrag = first(offer, 'ice-ufrag');
  if (ufrag === before) throw new Error('no restart');
  const response = await fetch(sessionUrl, {
    method: 'PATCH',
    headers: {'Content-Type': 'application/trickle-ice-sdpfrag', 'If-Match': '*'},
    body: [
      `a=ice-ufrag:${ufrag}`, `a=ice-pwd:${first(offer, 'ice-pwd')}`,
      'm=audio 9 UDP/TLS/RTP/SAVPF 0', `a=mid:${first(offer, 'mid')}`,
      ...offer.split('\r\n').filter(line => line.startsWith('a=candidate:')), 'a=end-of-candidates', '',
    ].join('\r\n'),
  });
  const fragment = await response.text();
  if (response.status !== 200) {
    throw new Error(`${response.status} ${fragment}`);
  }
  const answer = peer.remoteDescription.sdp
      .replace(/a=ice-ufrag:.*/g, `a=ice-ufrag:${first(fragment, 'ice-ufrag')}`)
      .replace(/a=ice-pwd:.*/g, `a=ice-pwd:${first(fragment, 'ice-pwd')}`);
  await peer.setRemoteDescription({type: 'answer', sdp: answer});
  return ufrag;
}

let packetizationMode = null;

/** Lets {@code publish} and {@code play} offer H264 of one packetization mode only (RFC 6184 section 6). */
function onlyPacketizationMode(mode) {
  packetizationMode = mode;
}

function preferred(kind, codec) {
  const all = RTCRtpReceiver.getCapabilities('video').codecs;
  const mode = packetizationMode === null ? '' : `packetization-mode=${packetizationMode}`;
  return all.filter(c => (c.mimeType.toLowerCase() === `${kind}/${codec}`.toLowerCase()
      && (c.sdpFmtpLine || '').includes(mode)) || c.mimeType.toLowerCase() === `${kind}/rtx`);
}

function preferRedundantSound(transceiver) {
  const all = RTCRtpReceiver.getCapabilities('audio').codecs;
  transceiver.setCodecPreferences(['audio/red', 'audio/opus'].flatMap(type => all.filter(c => c.mimeType === type)));
}

async function publish(url, codec,
    {fps = 30, bitrate = 1000000, encodings = null, busy = false, through = 0, red = false} = {}) {
  peer = new RTCPeerConnection();
  const media = testMedia(fps, busy);
  const audio = peer.addTransceiver(media.getAudioTracks()[0], {direction: 'sendonly', streams: [media]});
  if (red) {
    preferRedundantSound(audio);
  }
  const video = peer.addTransceiver(media.getVideoTracks()[0],
      {direction: 'sendonly', streams: [media], sendEncodings: encodings || [{maxBitrate: bitrate}]});
  video.setCodecPreferences(preferred('video', codec));
  const parameters = video.sender.getParameters();
  // On a busy machine the layers are to keep their sizes.
  parameters.degradationPreference = encodings ? 'maintain-resolution' : 'balanced';
  await video.sender.setParameters(parameters);
  await exchange(url, through);
}

let wantsDescriptors = false;

/** Lets {@code play} offer the header extension that tells the layers of AV1, which Chromium leaves out by itself. */
function wantDescriptors() {
  wantsDescriptors = true;
}

/**
 * @param codec the only video codec to offer; empty = all
 * @param through port on loopback to which media goes instead of the gateway's; 0 = none
 * @param red whether sound is wanted with repetitions
 */
async function play(url, codec = '', through = 0, red = false) {
  peer = new RTCPeerConnection();
  const sink = document.getElementById('sink');
  const stream = new MediaStream();
  peer.ontrack = event => {
    stream.addTrack(event.track);
    sink.srcObject = stream;
  };
  sink.requestVideoFrameCallback(() => { firstFrameAt = performance.now(); });
  const audio = peer.addTransceiver('audio', {direction: 'recvonly'});
  if (red) {
    preferRedundantSound(audio);
  }
  const video = peer.addTransceiver('video', {direction: 'recvonly'});
  if (codec) {
    video.setCodecPreferences(preferred('video', codec));
  }
  if (wantsDescriptors) {
    const extensions = video.getHeaderExtensionsToNegotiate();
    extensions.find(e => e.uri.includes('dependency-descriptor')).direction = 'sendrecv';
    video.setHeaderExtensionsToNegotiate(extensions);
  }
  await exchange(url, through);
}

async function report() {
  const stats = [...(await peer.getStats()).values()];
  const find = (type, kind) => stats.find(s => s.type === type && s.kind === kind) || {};
  const received = find('inbound-rtp', 'video');
  const sent = find('outbound-rtp', 'video');
  const heard = find('inbound-rtp', 'audio');
  const transport = stats.find(s => s.type === 'transport') || {};
  const pair = stats.find(s => s.id === transport.selectedCandidatePairId) || {};
  const remote = stats.find(s => s.id === pair.remoteCandidateId) || {};
  const codec = stats.find(s => s.id === (received.codecId || sent.codecId)) || {};
  return {
    connection: peer.connectionState,
    ufrag: transport.iceLocalUsernameFragment || '',
    protocol: remote.protocol || '',
    codec: (codec.mimeType || '').replace('video/', ''),
    fmtp: codec.sdpFmtpLine || '',
    firstFrameMillis: firstFrameAt ? Math.round(firstFrameAt - postedAt) : -1,
    framesDecoded: received.framesDecoded || 0,
    keyFramesDecoded: received.keyFramesDecoded || 0,
    width: received.frameWidth || sent.frameWidth || 0,
    height: received.frameHeight || sent.frameHeight || 0,
    videoPacketsLost: received.packetsLost || 0,
    audioPacketsReceived: heard.packetsReceived || 0,
    audioLevel: heard.audioLevel || 0,
    framesSent: sent.framesSent || 0,
    packetsSent: (sent.packetsSent || 0) + (find('outbound-rtp', 'audio').packetsSent || 0),
    nacks: (received.nackCount || 0) + (sent.nackCount || 0),
    plis: (received.pliCount || 0) + (sent.pliCount || 0),
    repairsReceived: received.retransmittedPacketsReceived || 0,
    freezes: received.freezeCount || 0,
    freezeSeconds: received.totalFreezesDuration || 0,
    audioPacketsLost: heard.packetsLost || 0,
    audioConcealedSeconds: (heard.concealedSamples || 0) / 48000,
    videoBytesSent: sent.bytesSent || 0,
    targetBitrate: sent.targetBitrate || 0,
    limitedBy: sent.qualityLimitationReason || '',
    mode: sent.scalabilityMode || '',
    roundTripTime: pair.currentRoundTripTime || 0,
    at: performance.now(),
    framesDropped: received.framesDropped || 0,
    availableOutgoingBitrate: pair.availableOutgoingBitrate || 0,
    audioPacketsSent: find('outbound-rtp', 'audio').packetsSent || 0,
    audioPacketsReportedLost: find('remote-inbound-rtp', 'audio').packetsLost || 0,
  };
}

/** Asks for a layer by the WHEP layer extension, for example by its rid; the status. */
async function chooseLayer(wish) {
  const mediaId = peer.getTransceivers().find(t => t.receiver.track.kind === 'video').mid;
  const headers = {'Content-Type': 'application/json'};
  return (await fetch(layersUrl, {method: 'POST', headers, body: JSON.stringify({mediaId, ...wish})})).status;
}

/** Draws a picture of another size; before {@code publish}. */
function resize(width, height) {
  Object.assign(document.getElementById('source'), {width, height});
}

/** The layers that are sent, with their counts of frames. */
async function layersSent() {
  return [...(await peer.getStats()).values()].filter(s => s.type === 'outbound-rtp' && s.kind === 'video')
      .map(s => ({rid: s.rid, frames: s.framesSent || 0, width: s.frameWidth || 0}));
}

const marks = {};

/** How far a number of the report has come since the first call. */
async function sentSince(name) {
  const now = (await report())[name];
  marks[name] = marks[name] === undefined ? now : marks[name];
  return now - marks[name];
}

/** Whether so many pictures were decoded since the first call. */
async function keepsDecoding(pictures) {
  return await sentSince('framesDecoded') >= pictures;
}

/** Sends no more media and waits until what was sent is on its way; the report is then final. */
async function fallSilent() {
  for (const sender of peer.getSenders()) {
    await sender.replaceTrack(null);
  }
  let before = -1;
  let now = await report();
  while (now.packetsSent !== before) {
    before = now.packetsSent;
    await new Promise(resolve => setTimeout(resolve, 500));
    now = await report();
  }
  return now;
}

/** Ends the session as a good client does; the status of the DELETE. */
async function stop() {
  const response = await fetch(sessionUrl, {method: 'DELETE'});
  peer.close();
  return response.status;
}
