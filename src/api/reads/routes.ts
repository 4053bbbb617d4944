import { z } from "zod";
import { callerOf } from "../http/access.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { ROUTES } from "../paths.ts";
import { id, imageKind } from "../schemas.ts";
import { sendJpeg } from "./jpeg-reply.ts";
import { presentRead, readView } from "./present.ts";

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
    async (request) => presentRead(await rooms.reads.open(request.params.id, callerOf(request))),
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
      return sendJpeg(reply, await rooms.reads.image(read, kind, callerOf(request)));
    },
  );
}
