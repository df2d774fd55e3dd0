// The dashboard's check of the figures: its panel, its button, and a file that somebody wrote into.

import { closeSync, existsSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { hydrated } from "./pages";
import type { Shop } from "./shop";
import { expect, test } from "./test";

/** A check of files that differ looks at them again for five seconds. */
const CHECK_MS_MAX = 20_000;
/** A minute is closed some seconds after its end. */
const CLOSED_MS_MAX = 90_000;

export const verification = (page: Page): Locator => page.getByRole("region", { name: "Do the figures agree?" });

/** When the figures were last checked, as the panel says: `14:32:05`; nothing before the first time. */
async function checkedAt(page: Page): Promise<string> {
  return /Checked at (.+?) UTC/.exec(`${await verification(page).textContent()}`)?.[1] ?? "";
}

/** Presses the button, and waits until a check that ended since says these words. Gives its time. */
export async function checkNow(page: Page, words: string, javaScriptEnabled = true): Promise<string> {
  const before = await checkedAt(page);
  // Their seconds tell two checks apart.
  await expect.poll(() => before.endsWith(new Date().toISOString().slice(11, 19))).toBe(false);
  await page.getByRole("button", { name: "Check now" }).click();
  await page.waitForLoadState("load");
  if (javaScriptEnabled) await hydrated(page);
  await expect(async () => {
    if (!javaScriptEnabled) await page.reload();
    expect(await checkedAt(page)).not.toBe(before);
    expect(await page.getByTestId("verification").textContent()).toBe(words);
  }).toPass({ intervals: [100], timeout: CHECK_MS_MAX });
  return checkedAt(page);
}

export interface Change {
  /** The row's minute, as in the file. */
  minute: string;
  /** The number of orders as it was, and as it is now. */
  was: string;
  is: string;
  putBack(): void;
}

/** Changes one digit in the shop's orders.csv, in place: of the number of orders of the first minute. */
export async function changeFirstRow(shop: Shop): Promise<Change> {
  // In a new shop no minute is closed yet.
  test.slow();
  const path = join(shop.dataDir, "orders.csv");
  const rows = () => (existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(1, -1) : []);
  await expect.poll(() => rows().length, { timeout: CLOSED_MS_MAX }).toBeGreaterThan(0);
  const [minute, was] = rows()[0].split(",");
  const digit = (Number(was[0]) + 1) % 10;
  const position = readFileSync(path, "utf8").indexOf("\n") + 1 + minute.length + 1;
  const write = (digit: string) => {
    const file = openSync(path, "r+");
    writeSync(file, digit, position);
    closeSync(file);
  };
  write(`${digit}`);
  return { minute, was, is: `${digit}${was.slice(1)}`, putBack: () => write(was[0]) };
}
