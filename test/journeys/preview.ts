import { previewServer } from "./preview-server.ts";
import { sampleHit } from "./sample-hit.ts";

// Run by hand (`npx tsx test/journeys/preview.ts`): every page over sample data, a new hit every few seconds. The
// username is a role, the password "preview", the code 123456.
const { app, sample } = await previewServer();
const address = await app.listen({ port: Number(process.argv[2] ?? 8499), host: "127.0.0.1" });
process.stdout.write(`Preview at ${address}\n`);
let n = 100;
setInterval(() => sample.raise(sampleHit(++n, Date.now())), 6_000);
