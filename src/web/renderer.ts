import { join } from "node:path";
import type { FastifyRequest } from "fastify";
import nunjucks from "nunjucks";
import { projectRoot } from "../project-root.ts";
import type { Assets } from "./assets.ts";
import { navigationFor } from "./navigation.ts";
import { isNight } from "./night.ts";
import { paths } from "./paths.ts";
import { sayOwn } from "./words/roles.ts";

/** Makes the HTML of a page from a template and its view; everything in the view is escaped. */
export type Render = (
  template: string,
  view: object,
  request: Pick<FastifyRequest, "url" | "caller" | "cookies" | "receipts">,
) => string;

/** Templates come from the source tree, whether the program runs from source or from dist. */
export function pageRenderer(assets: Assets): Render {
  const folders = ["src/web", "node_modules/govuk-frontend/dist", "node_modules/@ministryofjustice/frontend"];
  const environment = new nunjucks.Environment(
    folders.map((folder) => new nunjucks.FileSystemLoader(join(projectRoot, folder))),
    { autoescape: true, trimBlocks: true, lstripBlocks: true },
  );
  environment.addGlobal("paths", paths);
  environment.addFilter("roles", sayOwn);
  environment.addGlobal("asset", (name: string) => paths.asset(assets.nameOf(name)));
  return (template, view, request) => {
    const person = request.caller ?? null;
    const path = request.url.split("?", 1)[0] ?? "/";
    return environment.render(template, {
      viewer: person,
      receipts: request.receipts,
      csrf: person?.session.csrfToken ?? "",
      htmlClasses: isNight(request.cookies) ? "ww-night" : "",
      navigation: person === null ? [] : navigationFor(person, path),
      ...view,
    });
  };
}
