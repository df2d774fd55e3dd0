// A page that is older than the shop, and one that was loaded while the shop was renewed: never a dead one.

import { expect, test, type Page } from "../support/test";
import { hydrated, logIn, makeOrder, open, openOrderForm, orderNumber, quantity, email } from "../support/pages";
import { Shop } from "../support/shop";

const REFRESH = "00:30";

/** Figures as no version of the shop tells them. */
async function figuresOfAnotherVersion(page: Page): Promise<void> {
  const body = 'event: parts\ndata: <time data-part="as-of" data-version="from the future"></time>\n\n';
  await page.route("**/admin/metrics/live", (route) => route.fulfill({ contentType: "text/event-stream", body }));
}

test("a dashboard that cannot read its figures any more says so, and loads itself again", async ({ page }) => {
  await page.clock.install();
  await figuresOfAnotherVersion(page);
  await logIn(page);
  await page.goto("/admin/metrics?range=24h");
  await hydrated(page);
  await expect(page.getByTestId("stale")).toContainText(/The shop was renewed: figures stale since \d\d:\d\d:\d\d UTC/);
  await expect(page.getByTestId("load-again")).toHaveAttribute("href", "/admin/metrics?range=24h");
  await page.getByRole("link", { name: "7 days" }).click();
  await expect(page.getByTestId("load-again")).toHaveAttribute("href", "/admin/metrics?range=7d");
  await page.unroute("**/admin/metrics/live");
  await page.clock.fastForward(REFRESH);
  await expect(page.getByTestId("live")).toBeVisible();
  await expect(page).toHaveURL(/range=7d$/);
});

test("a dashboard that loads itself again waits until the shop is there", async ({ page, shop, watch }) => {
  ["/admin/metrics", "/admin/metrics/live", "/api/admin/report"].forEach((path) => watch.allowFailure(path));
  await page.clock.install();
  await figuresOfAnotherVersion(page);
  await logIn(page);
  await expect(page.getByTestId("load-again")).toBeVisible();
  await shop.kill();
  const refused = page.waitForEvent("requestfailed", (request) => request.method() === "HEAD");
  await page.clock.fastForward(REFRESH);
  await refused;
  await expect(page.getByTestId("load-again")).toBeVisible();
  await page.unroute("**/admin/metrics/live");
  await shop.startAgain();
  await expect(async () => {
    await page.clock.fastForward(REFRESH);
    await expect(page.getByTestId("live")).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 20_000 });
});

test("a dashboard whose report cannot be read any more says so", async ({ page }) => {
  await logIn(page);
  await page.route("**/api/admin/report", (route) => route.fulfill({ json: { from_the_future: 1 } }));
  await page.getByRole("link", { name: "7 days" }).click();
  await expect(page.getByTestId("load-again")).toBeVisible();
  await page.unroute("**/api/admin/report");
  await page.getByTestId("load-again").click();
  await expect(page.getByTestId("live")).toBeVisible();
  await expect(page).toHaveURL(/range=7d$/);
});

test("a session that ended while the dashboard was open leads to the log-in, and back to the same range", async ({ page, watch }) => {
  watch.allowStatus(401);
  await logIn(page);
  await page.getByRole("link", { name: "7 days" }).click();
  await expect(page).toHaveURL(/range=7d$/);
  // Elsewhere: the page itself notices by its stream.
  await page.request.post("/admin/logout", { maxRedirects: 0 });
  await page.getByTestId("login-again").click();
  await expect(page).toHaveURL(/\/admin\/login\?next=.*range%3D7d$/);
  await hydrated(page);
  await page.getByLabel("Password").fill(Shop.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page).toHaveURL(/range=7d$/);
  await expect(page.getByTestId("live")).toBeVisible();
});

test("a dashboard that is not taken over in time is loaded again", async ({ page, watch }) => {
  watch.allowFailure("/pkg/pantry.wasm");
  watch.allowPageError(/Failed to fetch/);
  await page.clock.install();
  await logIn(page);
  await page.route("**/pkg/pantry.wasm*", (route) => route.abort("connectionrefused"));
  const asked = page.waitForRequest("**/pkg/pantry.wasm*");
  await page.goto("/admin/metrics?range=24h");
  await asked;
  await expect(page.getByTestId("today-orders")).toBeVisible();
  await expect(page.locator("body[data-hydrated]")).toHaveCount(0);
  await page.unroute("**/pkg/pantry.wasm*");
  await page.clock.fastForward(REFRESH);
  await expect(page.getByTestId("live")).toBeVisible();
});

test("an order form from before the shop was renewed orders all the same, once", async ({ page, watch }) => {
  watch.allowStatus(400);
  await openOrderForm(page);
  await page.route("**/api/orders", (route) => route.fulfill({ status: 400, body: '"Malformed"' }));
  await quantity(page, "salt").fill("1");
  await email(page).fill("old@example.com");
  await makeOrder(page).click();
  expect(await orderNumber(page)).toBeGreaterThan(0);
  await hydrated(page);
});

test("an answer that the order form cannot read any more makes one order", async ({ page }) => {
  await openOrderForm(page);
  await page.route("**/api/orders", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: `from the future: ${await answer.text()}` });
  });
  await quantity(page, "salt").fill("1");
  await email(page).fill("old@example.com");
  await makeOrder(page).click();
  const number = await orderNumber(page);
  await hydrated(page);
  await page.goto("/my-orders");
  await hydrated(page);
  await expect(page.getByTestId("my-order")).toHaveCount(1);
  await expect(page.getByRole("main")).toContainText(`${number}`);
});
