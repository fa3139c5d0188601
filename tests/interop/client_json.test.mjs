// The official client with the default parser, on each way of travelling.

import { ways } from "../support/official_client.mjs";
import { contractEvents } from "./contract_events.mjs";

for (const [way, options] of Object.entries(ways)) contractEvents(`JSON by ${way}`, { options });
