/** How late a read reached us: `breach` is a moving NRD beyond the hours the standard allows it (READ-6). */
export const LATENESS = ["prompt", "delayed", "late", "breach"] as const;
export type Lateness = (typeof LATENESS)[number];
