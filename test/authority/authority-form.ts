import type { Page } from "playwright-core";

/** Fills the form for an authority with a request that may be made. */
export async function fillRequest(page: Page, reference = "MID-2026-0500"): Promise<void> {
  await page.getByLabel("Reference").fill(reference);
  await page.getByLabel("Purpose").selectOption("law-enforcement");
  await page.getByLabel("Level").selectOption("serious");
  await page
    .getByLabel("Reason")
    .fill(
      "Series of farm burglaries; the van seen at each is to be followed back to where it is kept at night",
    );
  await page.getByLabel("Vehicles").fill("fa12 rmr\nAB12 CDE");
}
