// The events that every server under test answers: the table in ../README.md.
module.exports = (io) => {
  io.on('connection', (socket) => {
    socket.on('echo', (...args) => { socket.emit('echo', ...args); });
    socket.on('ack', (...args) => { const reply = args.pop(); if (typeof reply === 'function') reply(...args); });
    socket.on('broadcast', (...args) => { io.emit('broadcast', ...args); });
    socket.on('join', (room, reply) => { socket.join(room); if (typeof reply === 'function') reply(); });
    socket.on('room', (room, ...args) => { io.to(room).emit('room', ...args); });
    socket.on('others', (...args) => { socket.broadcast.emit('others', ...args); });
  });
};
