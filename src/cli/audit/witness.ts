import { once } from "node:events";
import { resolve } from "node:path";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { lockFolder } from "../../app/lock-folder.ts";
import { isKeyName } from "../../audit/tlog/note-text.ts";
import { cosigner, ED25519, verifierKeyText } from "../../audit/tlog/signed-note.ts";
import { Witness } from "../../audit/tlog/witness.ts";
import { keepContradictions } from "./contradictions.ts";
import { numberOption, UsageError } from "../options.ts";
import { aborted, untilSignal } from "../signals.ts";
import { readKey } from "./read-key.ts";
import { witnessServer } from "./witness-server.ts";
import { WitnessState } from "./witness-state.ts";

const HIGHEST_PORT = 65_535;

/** Runs a witness of other organisations' logs until Ctrl-C (AUD-1); prints the verifier key by which it is trusted. */
export async function witness(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      port: { type: "string" },
      host: { type: "string" },
      dir: { type: "string" },
      "log-key": { type: "string", multiple: true },
      name: { type: "string" },
    },
  });
  const port = numberOption("--port", values.port);
  const logKeys = values["log-key"] ?? [];
  if (port === undefined || !Number.isInteger(port) || port > HIGHEST_PORT) {
    throw new UsageError("witness takes --port, 0 to 65535.");
  }
  if (values.dir === undefined || logKeys.length === 0) {
    throw new UsageError("witness takes --dir, and a --log-key for each log it watches.");
  }
  if (values.name !== undefined && !isKeyName(values.name)) {
    throw new UsageError("--name takes a name without white space or plus sign, such as witness.example.");
  }
  const logs = logKeys.map((file) => readKey("--log-key", file, ED25519));
  const folder = resolve(values.dir);
  const unlock = lockFolder(folder);
  try {
    const state = await WitnessState.open(folder, values.name);
    const signer = cosigner(state.name, state.privateKey, Date.now);
    const keyText = verifierKeyText(signer.verifier);
    const server = witnessServer(new Witness(logs, signer, state, keepContradictions(folder)), keyText);
    const stopped = untilSignal();
    server.listen(port, values.host ?? "127.0.0.1");
    await once(server, "listening");
    const { address, port: taken } = server.address() as AddressInfo;
    console.log(`Verifier key: ${keyText}`);
    console.log(`Watching ${logs.map(({ name }) => name).join(", ")} at http://${address}:${taken}`);
    await aborted(stopped);
    server.close();
    server.closeAllConnections();
    return 0;
  } finally {
    unlock();
  }
}
