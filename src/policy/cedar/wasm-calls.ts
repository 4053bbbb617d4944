import { setFlagsFromString } from "node:v8";

/*
 * V8 of Node 20 ends the whole process ("unreachable code" in its deoptimizer) when a call into WebAssembly that it inlined is
 * deoptimised while it runs. Decisions are such calls, and many; not inlining them costs nothing that can be measured.
 */
setFlagsFromString("--no-turbo-inline-js-wasm-calls");
