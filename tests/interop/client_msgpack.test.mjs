// The official client with socket.io-msgpack-parser, on each way of travelling.

import { msgpack, ways } from "../support/official_client.mjs";
import { contractEvents } from "./contract_events.mjs";

for (const [way, options] of Object.entries(ways))
    contractEvents(`msgpack by ${way}`, { environment: { PARSER: "msgpack" }, options: { ...options, parser: msgpack } });
