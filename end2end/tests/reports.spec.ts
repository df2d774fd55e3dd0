// The owner's reports: the address says all of them, charts tell exact figures, the export is what is on the page, and
// what goes wrong is said.

import { type Page, expect, test } from "../support/test";
import { figure, held, hydrated, logIn, orderSalt, settledFigure } from "../support/pages";

const range = (page: Page, name: string) => page.getByTestId("ranges").getByRole("link", { name });
const readout = (page: Page) => page.getByTestId("chart-orders-readout");

test("a range stands in the address and survives a reload", async ({ page, javaScriptEnabled }) => {
  await logIn(page, javaScriptEnabled);
  await page.evaluate(() => document.body.setAttribute("data-same-page", ""));
  for (const [name, query, step] of [
    ["Today", "range=today", "hour"],
    ["7 days", "range=7d", "day"],
    ["30 days", "range=30d", "day"],
    ["12 months", "range=12m", "day"],
    ["24 hours", "range=24h", "hour"],
    ["Last hour", "range=hour", "minute"],
  ]) {
    await range(page, name).click();
    await expect(page).toHaveURL(new RegExp(`/admin/metrics\\?${query}$`));
    await expect(range(page, name)).toHaveAttribute("aria-current", "true");
    await expect(page.getByTestId("chart-orders").getByRole("heading")).toHaveText(`Orders by ${step}`);
  }
  // Hydrated, only the report is loaded anew.
  await expect(page.locator("body[data-same-page]")).toHaveCount(javaScriptEnabled ? 1 : 0);

  await range(page, "7 days").click();
  await page.getByRole("link", { name: "by hour" }).click();
  await page.getByRole("link", { name: "Same days a week earlier" }).click();
  await expect(page).toHaveURL(/\?range=7d&bucket=hour&compare=week$/);
  await page.reload();
  if (javaScriptEnabled) await hydrated(page);
  await expect(page.getByRole("link", { name: "by hour" })).toHaveAttribute("aria-current", "true");
  await expect(page.getByTestId("comparisons").locator("[aria-current]")).toHaveText("Same days a week earlier");
});

test("a range that is chosen while the page is still being taken over is shown", async ({ page, javaScriptEnabled }) => {
  test.skip(!javaScriptEnabled, "nothing is taken over without JavaScript");
  await logIn(page, javaScriptEnabled);
  const goOn = await held(page, "**/pkg/*.wasm*");
  const module = page.waitForRequest("**/pkg/*.wasm*");
  await page.goto("/admin/metrics");
  await module;
  await range(page, "Today").click();
  await expect(page).toHaveURL(/\?range=today$/);
  goOn();
  await expect(range(page, "Today")).toHaveAttribute("aria-current", "true");
  await expect(page.getByTestId("chart-orders").getByRole("heading")).toHaveText("Orders by hour");
});

test("another range leaves the page where it is scrolled to", async ({ page, javaScriptEnabled }) => {
  test.skip(!javaScriptEnabled, "without JavaScript the page is loaded anew");
  await logIn(page, javaScriptEnabled);
  await page.evaluate(() => window.scrollTo(0, 200));
  for (const [name, step] of [["7 days", "day"], ["Today", "hour"]]) {
    await range(page, name).evaluate((link: HTMLElement) => link.click());
    await expect(page.getByTestId("chart-orders").getByRole("heading")).toHaveText(`Orders by ${step}`);
    // Neither at the top nor at what was chosen. What stands above may take a line more or less meanwhile.
    const scrolled = await page.evaluate(() => scrollY);
    expect(scrolled).toBeGreaterThan(150);
    expect(scrolled).toBeLessThan(250);
  }
});

test("days of one's own are asked for with a form", async ({ page, javaScriptEnabled }) => {
  await logIn(page, javaScriptEnabled);
  await page.getByLabel("From").fill("2026-01-30");
  await page.getByLabel("to", { exact: true }).fill("2026-02-02");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(/range=custom&compare=previous&from=2026-01-30&to=2026-02-02$/);
  if (javaScriptEnabled) await hydrated(page);
  await expect(page.getByTestId("period")).toHaveText(/^30 Jan 2026 to 2 Feb 2026/);
  await expect(page.getByLabel("From")).toHaveValue("2026-01-30");
  // What is shaded in the chart, and only where something is.
  const legend = page.getByTestId("chart-orders").getByText("shop not open yet", { exact: true });
  await expect(legend).toBeVisible();
  await page.goto("/admin/metrics?range=custom&from=2100-01-01&to=2100-01-02");
  await expect(legend).toBeHidden();
});

test("an address that names no report says what is wrong", async ({ page, javaScriptEnabled, watch }) => {
  watch.allowStatus(400);
  await logIn(page, javaScriptEnabled);
  await page.goto("/admin/metrics?range=custom&from=2026-02-02&to=2026-01-30");
  if (javaScriptEnabled) await hydrated(page);
  await expect(page.getByTestId("report-notice")).toContainText("The last day lies before the first.");
  await expect(page.getByTestId("today-revenue")).toBeVisible();
  await range(page, "Today").click();
  await expect(page.getByTestId("report-notice")).toHaveCount(0);
  await expect(page.getByTestId("tile-revenue")).toBeVisible();
});

test("the export holds what is on the page, to the cent", async ({ page, request, javaScriptEnabled }) => {
  await orderSalt(request);
  await logIn(page, javaScriptEnabled);
  if (javaScriptEnabled) await settledFigure(page, "today-orders");
  await page.goto("/admin/metrics?range=today");
  if (javaScriptEnabled) await hydrated(page);
  const href = await page.getByTestId("export").getAttribute("href");
  const [header, ...rows] = (await (await page.request.get(href!)).text()).trim().split("\n");
  const column = header.replace("local_time", "local_day,local_time").split(",");
  const sum = (name: string) => rows.reduce((sum, row) => sum + Number(row.split(",")[column.indexOf(name)]), 0);
  expect(sum("total_orders_price")).toBeCloseTo(await figure(page, "tile-revenue"), 2);
  expect(sum("total_orders_num")).toBe(await figure(page, "tile-orders"));
  expect(sum("visits_num")).toBe(await figure(page, "tile-visits"));
  expect(sum("requests_num")).toBeGreaterThan(0);
});

test("the time zone is chosen once", async ({ page, javaScriptEnabled }) => {
  await logIn(page, javaScriptEnabled);
  for (const zone of ["Asia/Kathmandu", "UTC"]) {
    await page.getByTestId("time-zone").click();
    await page.getByLabel("Time zone").selectOption(zone);
    await page.getByRole("button", { name: "Keep this time zone" }).click();
    await expect(page.getByTestId("time-zone")).toHaveText(`Times of ${zone}`);
    if (javaScriptEnabled) await hydrated(page);
  }
});

test.describe("with JavaScript", () => {
  test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, "nothing moves without");

  test("an order moves tiles, chart and feed by itself, and says nobody's name", async ({ page, request }) => {
    await logIn(page);
    const orders = await settledFigure(page, "tile-orders");
    const number = await orderSalt(request);
    await expect.poll(() => figure(page, "tile-orders")).toBe(orders + 1);
    await expect(page.getByTestId("first-steps")).toHaveCount(0);
    const first = page.getByTestId("latest-orders").getByRole("listitem").first();
    await expect(first).toContainText(`No. ${number}`);
    await expect(first).toContainText("1 × Salt");
    await expect(first).toContainText("€0.65");
    await expect(page.locator("body")).not.toContainText("@example.com");
    await expect(page.getByTestId("top-goods")).toContainText("Salt");
    await expect(page.getByTestId("top-pages")).toContainText("/order-new");
  });

  test("keys and pointer read exact figures off a chart", async ({ page }) => {
    await logIn(page);
    const chart = page.getByTestId("chart-orders");
    const slider = chart.getByRole("slider");
    await slider.focus();
    // The last minute is the open one.
    await expect(readout(page)).toHaveText(/^\d\d:\d\d · \d+ orders?, \d+ paid at once so far/);
    const open = await readout(page).textContent();
    await slider.press("ArrowLeft");
    await expect(readout(page)).not.toHaveText(open!);
    await expect(slider).toHaveAttribute("aria-valuetext", (await readout(page).textContent())!);
    await slider.press("Home");
    await expect(readout(page)).toContainText("the shop was not open yet");
    await slider.blur();
    await expect(readout(page)).toHaveText(/^\d+ orders?, \d+ paid at once$/);

    const box = (await slider.boundingBox())!;
    await page.mouse.move(box.x + box.width - 2, box.y + box.height / 2);
    await expect(readout(page)).toContainText("so far");
    await page.mouse.move(0, 0);
    await expect(readout(page)).not.toContainText("so far");
  });

  test("what is chosen while a report is on its way is added to what was chosen", async ({ page }) => {
    await logIn(page);
    await range(page, "7 days").click();
    await expect(page.getByTestId("chart-orders").getByRole("heading")).toHaveText("Orders by day");
    const arrive = await held(page, "**/api/admin/report");
    await page.getByRole("link", { name: "by hour" }).click();
    await expect(page.getByRole("link", { name: "by hour" })).toHaveAttribute("aria-current", "true");
    await page.getByRole("link", { name: "Same days a week earlier" }).click();
    await expect(page).toHaveURL(/\?range=7d&bucket=hour&compare=week$/);
    // The file is of what is shown, and that is still the report of before.
    await expect(page.getByTestId("export")).toHaveAttribute("href", /export\.csv\?range=7d$/);
    arrive();
    await expect(page.getByTestId("chart-orders").getByRole("heading")).toHaveText("Orders by hour");
    await expect(page.getByTestId("export")).toHaveAttribute("href", /\?range=7d&bucket=hour&compare=week$/);
  });

  test("a shop that is slow is not asked the more", async ({ page, request }) => {
    await logIn(page);
    let asked = 0;
    page.on("request", (request) => void (asked += request.url().endsWith("/api/admin/report") ? 1 : 0));
    const arrive = await held(page, "**/api/admin/report");
    const orders = await settledFigure(page, "today-orders");
    // A report may be asked for every two seconds.
    const since = Date.now();
    let more = 0;
    await expect(async () => {
      await orderSalt(request);
      more += 1;
      await expect.poll(() => figure(page, "today-orders")).toBe(orders + more);
      expect(Date.now() - since).toBeGreaterThan(7_000);
    }).toPass({ timeout: 30_000 });
    expect(asked).toBe(1);
    arrive();
    // What came meanwhile is not forgotten.
    await expect.poll(() => asked).toBeGreaterThan(1);
  });

  test("a report on its way and one that does not come are said", async ({ page, request, watch }) => {
    watch.allowStatus(503);
    await logIn(page);
    let answer: "wait" | "refuse" | "pass" = "wait";
    let arrive = () => {};
    const arrived = new Promise<void>((done) => (arrive = done));
    await page.route("**/api/admin/report", async (route) => {
      if (answer === "wait") await arrived;
      if (answer === "refuse") await route.fulfill({ status: 503, body: '"Busy"' });
      else await route.continue();
    });
    await range(page, "30 days").click();
    await expect(page.getByText("Loading…")).toBeVisible();
    await expect(page.getByTestId("report")).toHaveAttribute("aria-busy", "true");
    answer = "pass";
    arrive();
    await expect(page.getByText("Loading…")).toHaveCount(0);
    await expect(page.getByTestId("chart-orders").getByRole("heading")).toHaveText("Orders by day");

    answer = "refuse";
    await range(page, "Today").click();
    await expect(page.getByTestId("report-failure")).toBeVisible();
    await expect(page.getByTestId("report-failure")).toContainText("could not be loaded");
    answer = "pass";
    // It tries again by itself as soon as there is something to tell.
    await orderSalt(request);
    await expect(page.getByTestId("report-failure")).toBeHidden();
    await expect(page.getByTestId("chart-orders").getByRole("heading")).toHaveText("Orders by hour");
  });
});
