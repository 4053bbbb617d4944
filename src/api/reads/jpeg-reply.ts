import type { FastifyReply } from "fastify";

/** Sends an image as what it is and nothing else, and lets nobody keep it. */
export const sendJpeg = (reply: FastifyReply, jpeg: Buffer): FastifyReply =>
  reply
    .type("image/jpeg")
    .header("cache-control", "no-store")
    .header("x-content-type-options", "nosniff")
    .send(jpeg);
