// Our client and the official server, on each way of travelling and with both parsers.

import { sharedDriver } from "../support/client_driver.mjs";
import { peers } from "../support/peer_servers.mjs";
import { ownClientEvents } from "./own_client_events.mjs";

const driver = sharedDriver();
for (const parser of ["json", "msgpack"]) ownClientEvents(driver, peers.node, parser);
