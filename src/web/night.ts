/** Which colours the person chose on the board; every page follows, so that none of them blinds a dark room. */
export const THEME_COOKIE = "waywarden_board";

/** In: a request's cookies; absent where a request failed before they were read. */
export const isNight = (cookies: Readonly<Record<string, string | undefined>> | undefined): boolean =>
  cookies?.[THEME_COOKIE] === "night";
