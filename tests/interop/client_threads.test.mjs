// The same once more with four threads: clients of one test live on different shards, and nobody may notice.

import { msgpack, ways } from "../support/official_client.mjs";
import { contractEvents } from "./contract_events.mjs";

for (const [way, options] of Object.entries(ways))
    contractEvents(`JSON by ${way}, four threads`, { environment: { THREADS: 4 }, options });

contractEvents("msgpack by upgrade, four threads", {
    environment: { THREADS: 4, PARSER: "msgpack" },
    options: { ...ways.upgrade, parser: msgpack },
});
