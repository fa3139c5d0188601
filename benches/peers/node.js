// The official server on Node. ENGINE: ws (with bufferutil, its fastest set-up) or eiows; DEFLATE=1: permessage-deflate.
const http = require('http').createServer();
const { Server } = require('socket.io');

const options = { serveClient: false };
if (process.env.ENGINE === 'eiows') options.wsEngine = require('eiows').Server;
if (process.env.DEFLATE === '1') options.perMessageDeflate = { threshold: 1024 };
require('./contract.js')(new Server(http, options));
http.listen(Number(process.env.PORT || 0), '127.0.0.1', () => console.log(`listening ${http.address().port}`));
process.on('SIGTERM', () => process.exit(0));
