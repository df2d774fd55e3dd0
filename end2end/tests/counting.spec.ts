// Every page view counts once: each page that the server rendered.

import { expect, test } from "../support/test";
import { email, hydrated, logIn, makeOrder, open, orderNumber, quantity, settledFigure } from "../support/pages";

test("first load, click, back, forward and redirect count once each", async ({ page, context }) => {
  const dashboard = await context.newPage();
  await logIn(dashboard);
  const before = await settledFigure(dashboard, "today-requests");
  let rendered = 0;
  const network = await context.newCDPSession(page);
  await network.send("Network.enable");
  // What the browser shows from its cache, nobody rendered.
  network.on("Network.responseReceived", ({ type, response }) => {
    if (type === "Document" && response.status === 200 && !response.fromDiskCache) rendered += 1;
  });

  await open(page, "/");
  await page.getByRole("link", { name: "New order" }).click();
  await hydrated(page);
  await expect(makeOrder(page)).toBeVisible();
  await page.goBack();
  await expect(page.getByTestId("good-card").first()).toBeVisible();
  await page.goForward();
  await hydrated(page);
  await quantity(page, "rice").fill("1");
  await email(page).fill("counted@example.com");
  await makeOrder(page).click();
  await orderNumber(page);
  await hydrated(page);
  await settledFigure(dashboard, "today-requests", before + rendered);
  expect(rendered).toBeGreaterThanOrEqual(3);

  await page.reload();
  await hydrated(page);
  await settledFigure(dashboard, "today-requests", before + rendered);
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
  // What a page from before the shop was renewed reports.
  expect((await request.post("/api/navigation", { data: "/" })).status()).toBe(404);
  await settledFigure(dashboard, "today-requests", before);
});
