// Publishes a clip by WHIP with libdatachannel, as OBS does with the same library: the offer has no candidates,
// ice-ufrag, ice-pwd, setup and fingerprint stand at session level, one codec a kind; only 201 will do; no PATCH ever,
// no reaction to PLI; and a DELETE that must be answered with 200. Arguments: URL, clip, seconds.
import {readFileSync} from 'node:fs';
import rtc from 'node-datachannel';

const VIDEO_TYPE = 96;
const AUDIO_TYPE = 111;
const [url, clipFile, seconds] = process.argv.slice(2);

if (url === 'version') {
  console.log(rtc.getLibraryVersion());
  process.exit(0);
}

/** Entries of one byte of kind ('v' or 'a'), four bytes of length, and that many bytes. */
function readClip(file) {
  const bytes = readFileSync(file);
  const clip = {v: [], a: []};
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32BE(at + 1);
    clip[String.fromCharCode(bytes[at])].push(bytes.subarray(at + 5, at + 5 + length));
    at += 5 + length;
  }
  return clip;
}

function fail(reason) {
  console.log('failed: ' + reason);
  process.exit(1);
}

/** The offer in OBS's shape. */
function asObsWrites(sdp) {
  const atSession = /^a=(setup|ice-ufrag|ice-pwd|fingerprint):/;
  const lines = sdp.split('\r\n').filter(line => !/^a=(candidate|end-of-candidates)/.test(line));
  const firstMedia = lines.findIndex(line => line.startsWith('m='));
  const session = lines.slice(0, firstMedia).filter(line => !atSession.test(line));
  const moved = [...new Set(lines.filter(line => atSession.test(line)))];
  const media = lines.slice(firstMedia).filter(line => !atSession.test(line));
  return [...session, ...moved, ...media].join('\r\n');
}

function sender(peer, media, config, packetizer) {
  const track = peer.addTrack(media);
  packetizer.addToChain(new rtc.RtcpSrReporter(config));
  packetizer.addToChain(new rtc.RtcpNackResponder(4000));
  track.setMediaHandler(packetizer);
  return track;
}

const clip = readClip(clipFile);
const peer = new rtc.PeerConnection('publisher', {iceServers: [], disableAutoNegotiation: true});
peer.onStateChange(state => {
  console.log('connection ' + state);
  if (state === 'failed') fail('the connection failed');
});

const audio = new rtc.Audio('0', 'SendOnly');
audio.addOpusCodec(AUDIO_TYPE);
audio.addSSRC(1111, 'obs', 'obs', 'obs-audio');
const audioConfig = new rtc.RtpPacketizationConfig(1111, 'obs', AUDIO_TYPE, 48000);
const audioTrack = sender(peer, audio, audioConfig, new rtc.RtpPacketizer(audioConfig));

const video = new rtc.Video('1', 'SendOnly');
video.addH264Codec(VIDEO_TYPE, 'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1');
video.addSSRC(1112, 'obs', 'obs', 'obs-video');
const videoConfig = new rtc.RtpPacketizationConfig(1112, 'obs', VIDEO_TYPE, 90000);
const videoTrack = sender(peer, video, videoConfig, new rtc.H264RtpPacketizer('StartSequence', videoConfig, 1180));

let session;
peer.onLocalDescription(async sdp => {
  const offer = asObsWrites(sdp);
  if (/a=candidate/.test(offer) || !/a=group:LS 0 1/.test(offer)) fail('this is not the shape of an offer of OBS:\n' + offer);
  const response = await fetch(url, {method: 'POST', headers: {'Content-Type': 'application/sdp'}, body: offer});
  const answer = await response.text();
  if (response.status !== 201) fail(response.status + ' ' + answer);
  const location = response.headers.get('Location');
  if (!location || !location.startsWith('/')) fail('Location ' + location);
  session = new URL(location, url);
  peer.setRemoteDescription(answer, 'answer');
});
peer.setLocalDescription('offer');

let frames = 0;
let packets = 0;
let begin = 0;
const clock = setInterval(() => {
  if (!videoTrack.isOpen() || !audioTrack.isOpen()) return;
  begin = begin || Date.now();
  const elapsed = Date.now() - begin;
  for (; frames * 40 <= elapsed; frames++) {
    videoConfig.timestamp = frames * 3600;
    videoTrack.sendMessageBinary(clip.v[frames % clip.v.length]);
  }
  for (; packets * 20 <= elapsed; packets++) {
    audioConfig.timestamp = packets * 960;
    audioTrack.sendMessageBinary(clip.a[packets % clip.a.length]);
  }
  if (elapsed >= seconds * 1000) leave();
}, 5);

async function leave() {
  clearInterval(clock);
  const response = await fetch(session, {method: 'DELETE'});
  if (response.status !== 200) fail('DELETE ' + response.status);
  console.log(`DELETE 200 after ${frames} frames`);
  peer.close();
  rtc.cleanup();
  process.exit(0);
}

process.on('SIGTERM', leave);
setTimeout(() => fail('not done in time'), (Number(seconds) + 20) * 1000).unref();
