// The page of a stream that has no place of its own on the dashboard, by the example of the newsletter's: reached from
// the dashboard, with ranges, a chart that is read, a table and an export, and kept current.

import { type Page, expect, test } from "../support/test";
import { askNewsletter, hydrated, logIn, open } from "../support/pages";

const STREAM = "/admin/streams/subscriptions";
const joined = (page: Page) => page.getByTestId("tile-joined_num");

/** Joins the newsletter with another page of the same browser. */
async function join(page: Page, address: string): Promise<void> {
  const other = await page.context().newPage();
  await other.goto("/my-orders");
  await askNewsletter(other, address);
  await other.getByTestId("newsletter-link").click();
  await other.getByRole("button", { name: "Yes, I want it" }).click();
  await expect(other.getByTestId("newsletter-joined")).toBeVisible();
  await other.close();
}

test("the dashboard leads to a stream's page, whose ranges stand in the address", async ({ page, javaScriptEnabled }) => {
  await logIn(page, javaScriptEnabled);
  await page.getByTestId("other-streams").getByRole("link", { name: "Newsletter" }).click();
  await expect(page).toHaveURL(new RegExp(`${STREAM}$`));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Newsletter");
  if (javaScriptEnabled) await hydrated(page);
  for (const [name, query, step] of [
    ["7 days", "range=7d", "day"],
    ["Last hour", "range=hour", "minute"],
  ]) {
    await page.getByTestId("ranges").getByRole("link", { name }).click();
    await expect(page).toHaveURL(new RegExp(`${STREAM}\\?${query}$`));
    await expect(page.getByTestId("chart-net_num").getByRole("heading")).toContainText(`by ${step}`);
  }
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  const file = await page.request.get((await page.getByTestId("export").getAttribute("href")) ?? "");
  expect(await file.text()).toMatch(/^datetime,local_time,joined_num,left_num,net_num\n/);
  await page.getByText("The same as a table").click();
  await expect(page.getByRole("columnheader", { name: "Who joined", exact: true })).toBeVisible();
  await page.getByRole("link", { name: "Back to the dashboard" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Dashboard");
});

test("what is counted arrives by itself, and is read off the chart with keys", async ({ page, javaScriptEnabled }) => {
  test.skip(!javaScriptEnabled, "without JavaScript the page is loaded again every 30 seconds");
  await logIn(page, javaScriptEnabled);
  // A week by day: however young the day is, the chart has a day before it.
  await open(page, `${STREAM}?range=7d`);
  await expect(page.getByTestId("live")).toBeVisible();
  const before = Number(await joined(page).textContent());
  await join(page, `reader-${Date.now()}@example.com`);
  await expect(joined(page)).toHaveText(String(before + 1), { timeout: 20_000 });
  const picker = page.getByTestId("chart-joined_num").getByRole("slider");
  const readout = page.getByTestId("chart-joined_num-readout");
  await picker.focus();
  await expect(readout).toContainText(/ [1-9]\d* so far$/);
  await picker.press("ArrowLeft");
  await expect(readout).toContainText(" · ");
  await expect(readout).not.toContainText("so far");
});

test("what is no range of time is said, and what is no stream is not found", async ({ page, javaScriptEnabled, watch }) => {
  watch.allowStatus(400);
  watch.allowStatus(404);
  await logIn(page, javaScriptEnabled);
  await page.goto(`${STREAM}?range=decade`);
  await expect(page.getByTestId("report-notice")).toContainText("There is no such range.");
  await page.goto("/admin/streams/nothing");
  await expect(page.getByRole("heading", { name: "This shelf is empty" })).toBeVisible();
});
