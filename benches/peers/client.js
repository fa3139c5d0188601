// The official client, on Node or Bun, as ../client.cpp is ours: the same variables, the same line of JSON.
const { io } = require('socket.io-client');

const setting = (name, otherwise) => Number(process.env[name] || otherwise);
const count = setting('CLIENTS', 100), window = setting('WINDOW', 1), text = 'x'.repeat(setting('PAYLOAD', 64));
const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
let up = 0, messages = 0, bad = 0;

(async () => {
  const sockets = Array.from({ length: count }, () => {
    const socket = io(`http://127.0.0.1:${process.env.PORT}`, { transports: ['websocket'], forceNew: true });
    socket.on('connect', () => ++up);
    socket.on('echo', (heard) => {
      ++messages;
      if (heard !== text) ++bad;
      socket.emit('echo', heard);
    });
    return socket;
  });
  for (const limit = Date.now() + 30000; up < count && Date.now() < limit;) await pause(0.005);
  for (const socket of sockets) for (let i = 0; i < window; ++i) socket.emit('echo', text);
  await pause(setting('WARMUP', 0.5));
  const began = performance.now(), before = process.cpuUsage(), already = messages;
  await pause(setting('SECONDS', 1.5));
  const used = process.cpuUsage(before);
  console.log(JSON.stringify({
    up, msgs: messages - already, bad, seconds: (performance.now() - began) / 1000, cpu_s: (used.user + used.system) / 1e6,
  }));
  process.exit(0);
})();
