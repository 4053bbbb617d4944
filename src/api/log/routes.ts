import { z } from "zod";
import { parseTilePath } from "../../audit/tlog/tile.ts";
import { Problem } from "../../errors.ts";
import type { Proofs } from "../../oversight/proofs.ts";
import { ROUTES } from "../paths.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { callerOf } from "../http/access.ts";
import { nameSchemas } from "../schemas.ts";

const proofView = z.object({
  index: z.int(),
  leafHash: z.string().describe("base64, RFC 6962 leaf hash"),
  leaf: z.string().describe("base64, the bytes that were hashed"),
  sealed: z
    .record(z.string(), z.strictObject({ value: z.unknown(), salt: z.string().describe("base64, 32 bytes") }))
    .describe(
      "What opens the leaf's commitments, by member: HMAC-SHA-256 under the salt over the member's name, a line feed and the " +
        "value's canonical JSON. Members that were redacted are not here",
    ),
  size: z.int().describe("Entries in the tree that the checkpoint was signed over"),
  proof: z.array(z.string()).describe("base64 hashes, nearest the leaf first (RFC 9162, 2.1.3)"),
  checkpoint: z.string().describe("The signed note (C2SP tlog-checkpoint) with its cosignatures"),
});
nameSchemas({ LogProof: proofView });

/** What of the log's proofs is for people: leaves for auditors, proofs of single entries (AUD-2, AUD-6). */
export function log(scope: Scope, options: ServerOptions): void {
  if (options.log === undefined) return;
  const proofs: Proofs = options.log.proofs;

  scope.get(
    ROUTES.auditProof,
    {
      config: { access: "signed-in" },
      schema: {
        tags: ["audit"],
        summary: "Proof that an entry is in the log",
        description:
          "For entries of one's own, and for auditors within their remit. The Commissioner gives a reason.",
        params: z.object({ id: z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER) }),
        querystring: z.object({ reason: z.string().trim().min(3).max(1_000).optional() }),
        response: { 200: proofView },
      },
    },
    async (request) => {
      const found = await proofs.proof(request.params.id, request.query.reason, callerOf(request));
      return {
        index: found.index,
        leafHash: found.leafHash.toString("base64"),
        leaf: found.leaf.toString("base64"),
        sealed: { ...found.sealed },
        size: found.size,
        proof: found.proof.map((hash) => hash.toString("base64")),
        checkpoint: found.checkpoint,
      };
    },
  );

  scope.get(
    ROUTES.logEntries,
    {
      config: { access: "audit.leaves" },
      schema: {
        tags: ["audit"],
        summary: "A bundle of the log's leaves",
        description:
          "C2SP tlog-tiles, `/log/tile/entries/<N>[.p/<W>]`. Personal values are not in it: leaves hold salted commitments.",
        params: z.object({ "*": z.string().max(64) }),
        produces: ["application/octet-stream"],
      },
    },
    async (request, reply) => {
      const place = parseTilePath(`tile/entries/${request.params["*"]}`);
      if (place === null) throw new Problem("NOT_FOUND", "The log has no bundle of entries at this address.");
      const bundle = await proofs.leaves(place.index, place.width, callerOf(request));
      return reply.type("application/octet-stream").send(bundle);
    },
  );
}
