// Starts Node-Media-Server on loopback: node media-server.js RTMP-PORT HTTP-PORT FOLDER
const NodeMediaServer = require('node-media-server');

const [rtmp, http, folder] = process.argv.slice(2);
new NodeMediaServer({
  bind: '127.0.0.1',
  rtmp: { port: Number(rtmp) },
  http: { port: Number(http) },
  store: { path: folder },
  webadmin: { enable: false },
}).run();
