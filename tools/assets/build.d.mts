/** See build.mjs. `outDir` is `dist/assets` of the project unless told otherwise. */
export declare function buildAssets(options?: { outDir?: string }): Promise<"built" | "unchanged">;
