// The official server on Bun, with Bun's own engine. DEFLATE=1: Bun's permessage-deflate, for all messages.
import { Server as Engine } from '@socket.io/bun-engine';
import { Server } from 'socket.io';
import contract from './contract.js';

const io = new Server();
const engine = new Engine({ path: '/socket.io/' });
io.bind(engine);
contract(io);
const handler = engine.handler();
if (process.env.DEFLATE === '1') handler.websocket.perMessageDeflate = true;
const server = Bun.serve({ ...handler, port: Number(process.env.PORT || 0), hostname: '127.0.0.1' });
console.log(`listening ${server.port}`);
