import { z } from "zod";
import { sendJpeg } from "./jpeg-reply.ts";
import { ROUTES } from "../paths.ts";
import { id, imageKind } from "../schemas.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { foundRead } from "../views.ts";
import { callerOf } from "../http/access.ts";

const readView = foundRead.extend({
  timeQuality: z.string(),
  lateness: z.string(),
  country: z.string().nullable(),
  make: z.string().nullable(),
  model: z.string().nullable(),
  colour: z.string().nullable(),
  images: z.array(imageKind),
  vrmStyle: z.string(),
  caution: z.string(),
  seenUnder: z.object({ authority: z.string(), rules: z.array(z.string()), policyPack: z.string() }),
  receipt: z.int().describe("Index of the entry in the audit log"),
});

/** One read in full and its images, under a current enquiry that found it or a hit that it raised. */
export function reads(scope: Scope, { rooms }: ServerOptions): void {
  scope.get(
    ROUTES.read,
    {
      config: { access: "signed-in" },
      schema: {
        tags: ["reads"],
        summary: "Everything known about one read",
        params: z.object({ id }),
        response: { 200: readView },
      },
    },
    async (request) => {
      const read = await rooms.enquiries.openRead(callerOf(request), request.params.id, request.id);
      return {
        ...read,
        images: [...read.images],
        seenUnder: { ...read.seenUnder, rules: [...read.seenUnder.rules] },
      };
    },
  );

  scope.get(
    ROUTES.readImage,
    {
      config: { access: "signed-in" },
      schema: {
        tags: ["reads"],
        summary: "An image of a read",
        produces: ["image/jpeg"],
        params: z.object({ id, kind: imageKind }),
      },
    },
    async (request, reply) => {
      const { id: read, kind } = request.params;
      return sendJpeg(reply, await rooms.enquiries.openImage(callerOf(request), read, kind, request.id));
    },
  );
}
