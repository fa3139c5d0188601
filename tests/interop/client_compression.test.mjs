// The same with permessage-deflate, which the official client offers by itself.

import { ways } from "../support/official_client.mjs";
import { contractEvents } from "./contract_events.mjs";

contractEvents("permessage-deflate without takeover", { environment: { PMD: 1 }, options: ways.websocket });
contractEvents("permessage-deflate with takeover", { environment: { PMD: 1, PMD_TAKEOVER: 1 }, options: ways.websocket });
