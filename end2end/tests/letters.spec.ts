// The owner's dead letters: seen whole, corrected and sent back, or discarded; with and without JavaScript.

import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../support/test";
import { hydrated, logIn } from "../support/pages";
import { produce } from "../support/record";
import type { Shop } from "../support/shop";

const LETTERS = "/admin/dead-letters";
const ORDER = '{"order_id": 5, "order_amount": 4, "order_total_price": 12.5, "is_paid": true}';

/** Waits until all of a page has arrived, so that leaving it breaks nothing off. */
async function arrived(page: Page, hasJavaScript: boolean): Promise<void> {
  await page.waitForLoadState("load");
  if (hasJavaScript) await hydrated(page);
}

/** A record that cannot be read, and its letter in the list, unfolded. */
async function newLetter(page: Page, shop: Shop, value: string, hasJavaScript: boolean): Promise<Locator> {
  await produce(shop.brokerPort, "new_orders", value, { trace: `of ${value}` });
  const letter = page.getByRole("article").filter({ hasText: value });
  await expect(async () => {
    await page.goto(LETTERS);
    await arrived(page, hasJavaScript);
    await expect(letter).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 20_000 });
  for (const summary of ["What is in it", "Send it back or discard it"]) await letter.getByText(summary).click();
  return letter;
}

test("a letter is corrected and counted", async ({ page, shop, watch, javaScriptEnabled }) => {
  const hasJavaScript = javaScriptEnabled !== false;
  watch.allowStatus(422);
  await logIn(page, hasJavaScript);
  const value = `order & <five> of ${Date.now()}`;
  const letter = await newLetter(page, shop, value, hasJavaScript);
  await expect(letter).toContainText("new_orders, partition 0");
  await expect(letter).toContainText("the value is not JSON");
  await expect(letter).toContainText(`of ${value}`);
  await expect(letter.getByLabel("Value to send back")).toHaveValue(value);

  await letter.getByRole("button", { name: "Send back" }).click();
  await expect(page.getByTestId("letter-refusal")).toContainText("still cannot be read");
  await arrived(page, hasJavaScript);
  const field = page.getByLabel("Value to send back");
  await expect(field).toHaveValue(value);
  await field.fill(ORDER);
  await page.getByRole("button", { name: "Send back" }).click();
  await expect(page.getByTestId("letters-news")).toContainText("Corrected and sent back");
  await expect(page.getByRole("article").filter({ hasText: value })).toHaveCount(0);
  await arrived(page, hasJavaScript);
  await expect(async () => {
    await page.reload();
    await expect(page.getByTestId("letters-news")).toContainText("; counted.", { timeout: 500 });
  }).toPass({ timeout: 20_000 });
  await arrived(page, hasJavaScript);
});

test("a letter is discarded with a reason", async ({ page, shop, javaScriptEnabled }) => {
  const hasJavaScript = javaScriptEnabled !== false;
  await logIn(page, hasJavaScript);
  const letter = await newLetter(page, shop, `nothing of ${Date.now()}`, hasJavaScript);
  const number = (await letter.getByRole("heading").getByRole("link").textContent())!.replace("No. ", "");
  await letter.getByLabel("Reason to discard it").fill("a <b>test</b> of mine");
  await letter.getByRole("button", { name: "Discard" }).click();
  await expect(page.getByTestId("letters-news")).toContainText(/^No. \d+: Discarded at .*: a <b>test<\/b> of mine$/);
  await arrived(page, hasJavaScript);
  const row = page.getByTestId("letters-handled").getByRole("row").filter({ hasText: "a <b>test</b> of mine" }).first();
  await row.getByRole("link", { name: number, exact: true }).click();
  await expect(page.getByTestId("letter-became")).toContainText("a <b>test</b> of mine");
  await expect(page.getByLabel("Reason to discard it")).toHaveCount(0);
  await arrived(page, hasJavaScript);
});

test("the dashboard leads to the letters, and nothing in them runs", async ({ page, shop, javaScriptEnabled }) => {
  const hasJavaScript = javaScriptEnabled !== false;
  await logIn(page, hasJavaScript);
  const value = `</textarea></pre><script>document.title = "run"</script><img src=x onerror=alert(1)> ${Date.now()}`;
  await newLetter(page, shop, value, hasJavaScript);
  await page.goto("/admin/metrics");
  await arrived(page, hasJavaScript);
  await page.getByRole("link", { name: /could not be read$/ }).click();
  const letter = page.getByRole("article").filter({ hasText: value });
  await letter.getByText("Send it back or discard it").click();
  await expect(letter.getByLabel("Value to send back")).toHaveValue(value);
  await expect(page).toHaveTitle(/^Dead letters/);
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(excess).toBeLessThanOrEqual(0);
  await arrived(page, hasJavaScript);
  await page.getByRole("button", { name: "Send all back" }).click();
  await expect(page.getByTestId("letters-news")).toContainText("still cannot be read");
  await arrived(page, hasJavaScript);
});
