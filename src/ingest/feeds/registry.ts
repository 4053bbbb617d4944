import { bof2 } from "./bof2/protocol.ts";
import { hikvision } from "./hikvision/protocol.ts";
import { native } from "./native/protocol.ts";
import type { Protocol } from "./protocol.ts";

/** Every protocol that can deliver reads. Adding one is a folder and a line here. */
export const PROTOCOLS: readonly Protocol[] = [native, bof2, hikvision];
