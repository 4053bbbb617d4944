import { plot, type PlotOptions } from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** In the drawing's own units; the page scales it to its column. */
export const WIDTH = 440;
/** Of the house: dark on light, and light enough at night to stand out. */
export const BAR_COLOUR = "#0d7680";
export const MEDIAN_COLOUR = "#b0413e";
const FONT_SIZE = "13";

/**
 * Draws a chart as SVG text. It has no styles, neither element nor attribute: our pages refuse them, and presentation attributes
 * do as well. To those who cannot see it, it is one image with a name; its figures stand in the table beside it.
 */
export function drawChart(name: string, options: PlotOptions): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const svg = plot({ width: WIDTH, ...options, document });
  for (const style of svg.querySelectorAll("style")) style.remove();
  for (const element of [svg, ...svg.querySelectorAll("*")]) {
    for (const attribute of ["style", "class", "aria-label", "aria-hidden", "aria-description"])
      element.removeAttribute(attribute);
  }
  svg.removeAttribute("width");
  svg.removeAttribute("height");
  svg.removeAttribute("font-family");
  svg.setAttribute("font-size", FONT_SIZE);
  svg.setAttribute("class", "ww-chart");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", name);
  return svg.outerHTML;
}
