// The owner's dashboard: who may see it, that it moves by itself, and what it says when it cannot.

import { expect, test } from "../support/test";
import { figure, held, hydrated, logIn, open, orderSalt, settledFigure } from "../support/pages";

const OWNERS_PATHS = ["/admin/metrics", "/admin/metrics/stream", "/admin/metrics/live", "/admin/metrics/requests.csv", "/admin/metrics/orders.csv", "/admin/metrics/feedback.csv"];

test("nothing of the owner's is shown without a session", async ({ page, request }) => {
  await page.goto("/admin/metrics");
  await expect(page).toHaveURL(/\/admin\/login/);
  for (const path of OWNERS_PATHS) {
    const answer = await request.get(path, { maxRedirects: 0 });
    expect([303, 401], path).toContain(answer.status());
    expect(await answer.text(), path).not.toContain("requests_num");
  }
});

test("a wrong password is refused", async ({ page, watch }) => {
  watch.allowStatus(401, 422);
  await open(page, "/admin/login");
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByTestId("login-failure")).toContainText("not right");
  await expect(page).toHaveURL(/\/admin\/login/);
});

test("logging out ends the session", async ({ page }) => {
  await logIn(page);
  const [cookie] = (await page.context().cookies()).filter((cookie) => cookie.httpOnly);
  expect(cookie.sameSite).toBe("Lax");
  await page.getByTestId("logout").click();
  await expect(page.getByLabel("Password")).toBeVisible();
  await hydrated(page);
  await page.goto("/admin/metrics");
  await expect(page).toHaveURL(/\/admin\/login/);
  // Not only forgotten by the browser, but ended.
  const answer = await page.request.get("/admin/metrics/requests.csv", {
    headers: { cookie: `${cookie.name}=${cookie.value}` },
    maxRedirects: 0,
  });
  expect([303, 401]).toContain(answer.status());
});

test("an order made elsewhere arrives by itself", async ({ page, request }) => {
  await logIn(page);
  await expect(page.getByTestId("chart-requests")).toBeVisible();
  await expect(page.getByTestId("chart-orders")).toBeVisible();
  await expect(page.getByTestId("closed-minutes")).toBeVisible();
  await expect(page.getByTestId("pipeline-broker")).toHaveText("Reachable");
  const orders = await settledFigure(page, "today-orders");
  const revenue = await figure(page, "today-revenue");
  await orderSalt(request);
  await expect.poll(() => figure(page, "today-orders"), { intervals: [50], timeout: 3_000 }).toBe(orders + 1);
  expect(await figure(page, "today-revenue")).toBeCloseTo(revenue + 0.65, 2);
});

test("nothing moves when the dashboard becomes live", async ({ page }) => {
  const goOn = await held(page, "**/admin/metrics/live");
  await logIn(page);
  const top = () => page.getByTestId("facts").evaluate((facts) => facts.getBoundingClientRect().top);
  const before = await top();
  goOn();
  await expect(page.getByTestId("live")).toBeVisible();
  expect(await top()).toBe(before);
});

test("all files can be downloaded", async ({ page }) => {
  await logIn(page);
  for (const [file, header] of [
    ["requests.csv", "datetime,requests_num\n"],
    ["orders.csv", "datetime,total_orders_num,"],
    ["feedback.csv", "datetime,total_feedback_num,"],
  ]) {
    const answer = await page.request.get(`/admin/metrics/${file}`);
    expect(answer.status()).toBe(200);
    expect(await answer.text()).toMatch(new RegExp(`^${header}`));
    expect(answer.headers()["content-disposition"]).toContain(file);
  }
});

for (const how of ["refused", "unreachable"]) {
  test(`a stream that is ${how} makes the figures stale until it is back`, async ({ page, watch, request }) => {
    watch.allowStatus(503);
    watch.allowFailure("/admin/metrics/live");
    await page.route("**/admin/metrics/live", (route) =>
      how === "refused" ? route.fulfill({ status: 503, body: "" }) : route.abort("connectionrefused"),
    );
    await logIn(page);
    await expect(page.getByTestId("stale")).toContainText(/since \d\d:\d\d:\d\d UTC/);
    await page.unroute("**/admin/metrics/live");
    await expect(page.getByTestId("stale")).toHaveCount(0, { timeout: 20_000 });
    const orders = await settledFigure(page, "today-orders");
    await orderSalt(request);
    await expect.poll(() => figure(page, "today-orders")).toBe(orders + 1);
  });
}

test("a shop that is killed and started again shows the same figures", async ({ page, shop, request, watch }) => {
  watch.allowFailure("/admin/metrics/live");
  watch.allowFailure("/api/admin/report");
  test.setTimeout(60_000);
  await logIn(page);
  await orderSalt(request);
  const orders = await settledFigure(page, "today-orders");
  const requests = await settledFigure(page, "today-requests");
  await shop.kill();
  await expect(page.getByTestId("stale")).toBeVisible();
  await shop.startAgain();
  await expect(page.getByTestId("stale")).toHaveCount(0, { timeout: 30_000 });
  await settledFigure(page, "today-orders", orders);
  expect(await figure(page, "today-requests")).toBe(requests);
});

test("the dashboard fits the screen", async ({ page }) => {
  await logIn(page);
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(excess).toBeLessThanOrEqual(0);
});

for (const motion of ["no-preference", "reduce"] as const) {
  test(`what moves says what changed, with motion: ${motion}`, async ({ page, request }) => {
    await page.emulateMedia({ reducedMotion: motion });
    await orderSalt(request);
    await logIn(page);
    await settledFigure(page, "today-orders");
    const revenue = await figure(page, "today-revenue");
    // What is shown for the eye alone, and what moves for longer than nothing.
    await page.evaluate(() => {
      const seen = { figures: [] as string[], moves: [] as string[] };
      Object.assign(window, { seen });
      const cell = document.querySelector("[data-testid=today-revenue]")?.parentElement as HTMLElement;
      new MutationObserver(() => {
        const rising = cell.querySelector("[aria-hidden]")?.textContent;
        if (rising) seen.figures.push(rising);
      }).observe(cell, { childList: true, subtree: true, characterData: true });
      document.querySelector("[data-testid=latest-orders]")?.addEventListener("animationstart", (event) => {
        const { animationDuration } = getComputedStyle(event.target as Element);
        if (parseFloat(animationDuration) > 0) seen.moves.push((event as AnimationEvent).animationName);
      });
    });
    await orderSalt(request);
    await expect.poll(() => figure(page, "today-revenue")).toBeCloseTo(revenue + 0.65, 2);
    await expect(page.getByTestId("today-revenue")).not.toHaveClass(/visually-hidden/);
    const seen = await page.evaluate(() => (window as unknown as { seen: { figures: string[]; moves: string[] } }).seen);
    if (motion === "reduce") {
      expect(seen).toEqual({ figures: [], moves: [] });
    } else {
      const figures = seen.figures.map((text) => Number(text.replace(/[^0-9.]/g, "")));
      expect(figures.some((rising) => rising > revenue && rising < revenue + 0.65)).toBe(true);
      expect([...figures].sort((one, other) => one - other)).toEqual(figures);
      expect(seen.moves.filter((name) => name.startsWith("arrive-")).length).toBeGreaterThan(1);
      expect(seen.moves.some((name) => name.startsWith("lit-"))).toBe(true);
    }
    await expect(page.getByTestId("latest-orders").getByRole("listitem").first()).toContainText("Salt");
  });
}
