import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, parse } from "node:path";
import { fileURLToPath } from "node:url";
import { outlineOf } from "./outline.mjs";

const projectRoot = fileURLToPath(new URL("../..", import.meta.url));
const PACKAGES = [
  "@simplewebauthn/browser",
  "govuk-frontend",
  "@ministryofjustice/frontend",
  "world-atlas",
  "sass",
  "esbuild",
];
/** The islands share code with the pages: words, the board, and the vocabulary. */
const FOLDERS = [
  "src/web/styles",
  "src/web/islands",
  "src/web/words",
  "src/web/pages/hits/board",
  "src/web",
  "src/read",
  "tools/assets",
];

/** Everything the result depends on, as one digest: sources, this tool, and the versions of the packages. */
async function digestOfInputs() {
  const hash = createHash("sha256");
  for (const folder of FOLDERS) {
    const entries = await readdir(join(projectRoot, folder), { withFileTypes: true });
    const names = entries
      .filter((entry) => entry.isFile() && !entry.name.includes(".test."))
      .map(({ name }) => name);
    for (const name of names.sort()) {
      hash.update(`${folder}/${name}\n`).update(await readFile(join(projectRoot, folder, name)));
    }
  }
  for (const name of PACKAGES) {
    hash.update(await readFile(join(projectRoot, "node_modules", name, "package.json")));
  }
  return hash.digest("hex");
}

async function styles() {
  const sass = await import("sass");
  const { css } = await sass.compileAsync(join(projectRoot, "src/web/styles/waywarden.scss"), {
    loadPaths: [projectRoot, join(projectRoot, "node_modules")],
    style: "compressed",
    quietDeps: true,
    silenceDeprecations: ["if-function"],
  });
  return [{ name: "waywarden.css", bytes: Buffer.from(css) }];
}

/** Each file directly in `islands` whose name ends in `-island.ts` is one module for the browser. */
async function scripts() {
  const { build } = await import("esbuild");
  const folder = join(projectRoot, "src/web/islands");
  const names = (await readdir(folder)).filter((name) => name.endsWith("-island.ts"));
  const { outputFiles } = await build({
    entryPoints: names.map((name) => join(folder, name)),
    outdir: "out",
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
  });
  return outputFiles.map((file) => ({ name: parse(file.path).base, bytes: Buffer.from(file.contents) }));
}

/** Written under another name and moved, so that nobody ever sees half a file. */
async function put(folder, name, bytes) {
  const unfinished = join(folder, `.${process.pid}-${name}`);
  await writeFile(unfinished, bytes);
  await rename(unfinished, join(folder, name));
}

/**
 * Builds the style sheet, the islands and the map outline into `outDir`, each under a name that holds its digest, and
 * `manifest.json` from plain name to that name. Does nothing where the inputs are those of the last build.
 * @returns {Promise<"built" | "unchanged">}
 */
export async function buildAssets({ outDir = join(projectRoot, "dist/assets") } = {}) {
  const inputs = await digestOfInputs();
  const manifestFile = join(outDir, "manifest.json");
  if (existsSync(manifestFile) && JSON.parse(await readFile(manifestFile, "utf8")).inputs === inputs)
    return "unchanged";
  await mkdir(outDir, { recursive: true });
  const favicon = {
    name: "favicon.svg",
    bytes: await readFile(join(projectRoot, "src/web/styles/favicon.svg")),
  };
  const made = [...(await styles()), ...(await scripts()), favicon];
  const files = {};
  for (const { name, bytes } of made) {
    const { name: stem, ext } = parse(name);
    const hashed = `${stem}-${createHash("sha256").update(bytes).digest("hex").slice(0, 10)}${ext}`;
    await put(outDir, hashed, bytes);
    files[name] = hashed;
  }
  await put(outDir, "outline.json", JSON.stringify(await outlineOf(projectRoot)));
  await put(outDir, "manifest.json", JSON.stringify({ inputs, files }, null, 2));
  const current = new Set([...Object.values(files), "outline.json", "manifest.json"]);
  for (const name of await readdir(outDir)) {
    if (!current.has(name) && !name.startsWith(".")) await rm(join(outDir, name), { force: true });
  }
  return "built";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(`Assets: ${await buildAssets()}.`);
