// Every page view counts once: rendered by the server, or reported by the page that changed its route.

import type { Page } from "@playwright/test";
import { expect, test } from "../support/test";
import { email, hydrated, logIn, makeOrder, open, orderNumber, quantity, settledFigure } from "../support/pages";

/** What the page reports as navigated to. */
function beaconsOf(page: Page): string[] {
  const beacons: string[] = [];
  page.on("request", (request) => {
    if (new URL(request.url()).pathname === "/api/navigation") beacons.push(request.postData() ?? "");
  });
  return beacons;
}

test("first load, click, back, forward and redirect count once each", async ({ page, context }) => {
  const dashboard = await context.newPage();
  await logIn(dashboard);
  const before = await settledFigure(dashboard, "today-requests");
  const beacons = beaconsOf(page);

  await open(page, "/");
  expect(beacons).toEqual([]);
  await page.getByRole("link", { name: "New order" }).click();
  await expect(makeOrder(page)).toBeVisible();
  await page.goBack();
  await expect(page.getByTestId("good-card").first()).toBeVisible();
  await page.goForward();
  await expect(makeOrder(page)).toBeVisible();
  await quantity(page, "rice").fill("1");
  await email(page).fill("counted@example.com");
  await makeOrder(page).click();
  await orderNumber(page);

  await expect.poll(() => beacons).toEqual(["/order-new", "/", "/order-new", "/order-new-complete"]);
  await settledFigure(dashboard, "today-requests", before + 5);

  await page.reload();
  await hydrated(page);
  await settledFigure(dashboard, "today-requests", before + 6);
  expect(beacons).toHaveLength(4);
});

test("what is no page view does not count", async ({ page, context, request, watch }) => {
  watch.allowStatus(404, 422);
  const dashboard = await context.newPage();
  await logIn(dashboard);
  const before = await settledFigure(dashboard, "today-requests");

  await request.head("/");
  await request.get("/healthz");
  await request.get("/favicon.svg");
  await request.get("/admin/login");
  await open(page, "/no-such-shelf");
  await open(page, "/order-new-complete?order=none");
  await request.post("/order-new", { form: { email: "" }, maxRedirects: 0 });
  for (const path of ["/admin/metrics", "/no-such-shelf", "https://example.com/", "x".repeat(5_000)]) {
    await request.post("/api/navigation", { data: path });
  }
  await settledFigure(dashboard, "today-requests", before);
});
