import { nameSchemas } from "../schemas.ts";
import { z } from "zod";
import { ROUTES } from "../paths.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";

const doctorLine = z.strictObject({
  name: z.string(),
  state: z.enum(["well", "warning", "critical"]),
  finding: z.string(),
  advice: z.string().describe("What to do; empty when well"),
});

/** Is this installation healthy; each line says what to do. The CLI's `doctor` asks here. */
export function doctor(scope: Scope, { rooms }: ServerOptions): void {
  scope.get(
    ROUTES.doctor,
    {
      config: { access: "doctor.see" },
      schema: {
        tags: ["operations"],
        summary: "Is this installation healthy",
        response: { 200: z.object({ well: z.boolean(), lines: z.array(doctorLine) }) },
      },
    },
    async () => {
      const lines = [...(await rooms.doctor.examine())];
      return { well: lines.every(({ state }) => state === "well"), lines };
    },
  );
}

nameSchemas({ DoctorLine: doctorLine });
