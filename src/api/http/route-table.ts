import type { FastifyInstance, RouteOptions } from "fastify";

interface Known {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** One step of an address: anything, what its own expression says (`:base([Bb][Oo][Ff]2)`), one name, or itself. */
function stepOf(part: string): string {
  if (part === "*") return ".*";
  if (part.startsWith(":")) return /^:\w+\((.+)\)$/.exec(part)?.[1] ?? "[^/]+";
  return escape(part);
}

/** `/v1/hits/:id/images/:kind` as an expression over paths. */
const patternOf = (url: string): RegExp => new RegExp(`^${url.split("/").map(stepOf).join("/")}$`);

/**
 * Every address of the service with its methods, so that a wrong method is answered 405 with `Allow` and not 404. Only
 * looked at when no route matched.
 */
export class RouteTable {
  readonly #known = new Map<string, Known>();

  /** Notes every route that is registered from now on. */
  watch(app: FastifyInstance): void {
    app.addHook("onRoute", (route: RouteOptions) => this.add(route));
  }

  add(route: Pick<RouteOptions, "url" | "method">): void {
    const known = this.#known.get(route.url) ?? { pattern: patternOf(route.url), methods: new Set<string>() };
    for (const method of [route.method].flat()) known.methods.add(method);
    this.#known.set(route.url, known);
  }

  /** The methods of the address a path belongs to, in alphabetical order; empty where there is no such address. */
  methodsFor(path: string): readonly string[] {
    const methods = new Set<string>();
    for (const known of this.#known.values()) {
      if (known.pattern.test(path)) for (const method of known.methods) methods.add(method);
    }
    return [...methods].sort();
  }

  /** All addresses, each as `METHOD /path`, sorted: the URL table under review. */
  lines(): readonly string[] {
    return [...this.#known]
      .flatMap(([url, { methods }]) =>
        [...methods].filter((method) => method !== "HEAD").map((method) => `${method} ${url}`),
      )
      .sort((a, b) => a.slice(a.indexOf(" ")).localeCompare(b.slice(b.indexOf(" "))) || a.localeCompare(b));
  }
}
