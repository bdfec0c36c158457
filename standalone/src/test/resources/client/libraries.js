// Publishes and watches with the browser libraries of medooze and Eyevinn, used as their users would.
'use strict';

const MODULES = '/node/node_modules/';
let client = null;

/** Method and status of every request, in order; those about server-sent events are marked. */
const requests = [];
const plainFetch = window.fetch;
window.fetch = async (resource, options = {}) => {
  const response = await plainFetch(resource, options);
  const events = new URL(response.url).pathname.endsWith('/events') ? ' events' : '';
  requests.push(`${options.method || 'GET'}${events} ${response.status}`);
  return response;
};

/** Just enough of CommonJS for packages that expect a bundler: evaluates the sources, each of which sees the others. */
async function commonJs(paths, wanted) {
  const sources = {};
  for (const [name, path] of Object.entries(paths)) {
    sources[name] = path ? await (await plainFetch(MODULES + path)).text() : '';
  }
  const loaded = {};
  const require = name => {
    if (!(name in loaded)) {
      const module = {exports: {}};
      loaded[name] = module;
      new Function('module', 'exports', 'require', sources[name])(module, module.exports, require);
    }
    return loaded[name].exports;
  };
  return require(wanted);
}

const SDP_TRANSFORM = {
  'sdp-transform': 'sdp-transform/lib/index.js',
  './parser': 'sdp-transform/lib/parser.js',
  './writer': 'sdp-transform/lib/writer.js',
  './grammar': 'sdp-transform/lib/grammar.js',
};

function watched(connection) {
  peer = connection;
  const stream = new MediaStream();
  const sink = document.getElementById('sink');
  peer.addEventListener('track', event => {
    stream.addTrack(event.track);
    sink.srcObject = stream;
  });
}

async function medoozePublish(url) {
  const {WHIPClient} = await import(MODULES + 'whip-whep/whip.js');
  const media = testMedia(30);
  peer = new RTCPeerConnection({bundlePolicy: 'max-bundle'});
  for (const track of media.getTracks()) {
    peer.addTransceiver(track, {direction: 'sendonly', streams: [media]});
  }
  client = new WHIPClient();
  await client.publish(peer, url);
}

async function medoozePlay(url) {
  const {WHEPClient} = await import(MODULES + 'whip-whep/whep.js');
  watched(new RTCPeerConnection({bundlePolicy: 'max-bundle'}));
  peer.addTransceiver('audio', {direction: 'recvonly'});
  peer.addTransceiver('video', {direction: 'recvonly'});
  client = new WHEPClient();
  await client.view(peer, url);
}

/** ICE restart by PATCH with `If-Match: *`, as the library does it; whether the server has new credentials now. */
async function medoozeRestart() {
  const before = peer.remoteDescription.sdp.match(/a=ice-ufrag:(.*)/)[1];
  await client.restart();
  return before !== peer.remoteDescription.sdp.match(/a=ice-ufrag:(.*)/)[1];
}

async function medoozeStop() {
  await client.stop();
  return requests;
}

async function eyevinnPublish(url) {
  const {WHIPClient} = await commonJs({
    'whip': '@eyevinn/whip-web-client/dist/whip-client.js',
    'events': 'events/events.js',
    ...SDP_TRANSFORM,
  }, 'whip');
  client = new WHIPClient({
    endpoint: url,
    opts: {iceServers: []},
    peerConnectionFactory: configuration => peer = new RTCPeerConnection(configuration),
  });
  await client.ingest(testMedia(30));
}

async function eyevinnPlay(url) {
  const {WebRTCPlayer} = await commonJs({
    'player': '@eyevinn/webrtc-player/dist/main.js',
    'events': 'events/events.js',
    // Its advertisements and its own protocol, which are not used here.
    '@eyevinn/csai-manager': '',
    '@eyevinn/whpp-client': '',
  }, 'player');
  client = new WebRTCPlayer({video: document.getElementById('sink'), type: 'whep', iceServers: []});
  await client.load(new URL(url));
  peer = client.peer;
}

async function eyevinnStop() {
  await (client.unload ? client.unload() : client.destroy());
  return requests;
}
