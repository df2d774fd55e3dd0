// What holds for the plain form post: status, redirect, headers, and one order for each form. And the dashboard that no
// script keeps current.

import { readFileSync } from "node:fs";
import { expect, test } from "../support/test";
import { email, freshForm, logIn, makeOrder, orderNumber, orderSalt, post, quantity } from "../support/pages";

test("an order is answered with a redirect to its receipt", async ({ request }) => {
  const answer = await post(request, { ...(await freshForm(request)), "quantity[rice]": "1" });
  expect(answer.status()).toBe(303);
  expect(answer.headers().location).toMatch(/^\/order-new-complete\?order=[0-9a-f]{32}$/);
});

test("the same form posted twice makes one order; with other content it makes none", async ({ request }) => {
  const form = { ...(await freshForm(request)), "quantity[rice]": "1" };
  const [first, second] = [await post(request, form), await post(request, form)];
  expect([first.status(), second.status()]).toEqual([303, 303]);
  expect(second.headers().location).toBe(first.headers().location);

  const other = await post(request, { ...form, "quantity[rice]": "2" });
  expect(other.status()).toBe(422);
  const page = await other.text();
  expect(page).toContain("already made an order");
  expect(page).not.toContain(first.headers().location.split("=")[1]);
  expect(page).not.toContain(`value="${form.submission_key}"`);
});

test("a double click makes one order", async ({ page, request, watch }) => {
  // The browser gives the first click's request up for the second one's.
  watch.allowFailure("/order-new");
  const before = await orderSalt(request);
  await page.goto("/order-new");
  await quantity(page, "milk").fill("1");
  await email(page).fill("twice@example.com");
  await makeOrder(page).dblclick();
  const number = await orderNumber(page);
  const after = await orderSalt(request);
  expect([number - before, after - number]).toEqual([1, 1]);
});

test("what is wrong is answered with 422", async ({ request }) => {
  const form = await freshForm(request);
  const table = [
    { ...form, email: "nobody" },
    { ...form, "quantity[rice]": "100" },
    { ...form, "quantity[rice]": "two" },
    { ...form, "quantity[rice]": "1", submission_key: "" },
    { ...form, "quantity[rice]": "1", "price[rice]": "1" },
    { ...form, "quantity[caviar]": "1", "price[caviar]": "1" },
    { email: "a@example.com" },
    {},
  ];
  for (const fields of table) expect((await post(request, fields)).status(), JSON.stringify(fields)).toBe(422);
});

test("the form is never kept by a cache", async ({ request }) => {
  const answer = await request.get("/order-new");
  expect(answer.headers()["cache-control"]).toBe("no-store");
});

test("what the form shows is escaped", async ({ page, watch }) => {
  watch.allowStatus(422);
  await page.goto("/order-new");
  const text = `"><script>document.title = "broken"</script>&amp;`;
  // No browser lets such a thing into a number field; whoever posts by other means may.
  await quantity(page, "rice").evaluate((field: HTMLInputElement) => (field.type = "text"));
  await quantity(page, "rice").fill(text);
  await email(page).fill(text);
  await makeOrder(page).click();
  await expect(quantity(page, "rice")).toHaveAttribute("value", text);
  await expect(page.getByTestId("error-quantity-rice")).toBeVisible();
  await expect(email(page)).toHaveValue(text);
});

test("the dashboard loads itself again", async ({ page }) => {
  await logIn(page, false);
  await expect(page.locator("noscript > meta[http-equiv='refresh']")).toHaveAttribute("content", "30");
  await expect(page.locator(".as-of")).toContainText(", refreshed every 30 seconds", { useInnerText: true });
  const before = await page.getByTestId("as-of").textContent();
  await expect(page.getByTestId("as-of")).not.toHaveText(`${before}`, { timeout: 45_000 });
});

test("the dashboard's links give the files", async ({ page }) => {
  await logIn(page, false);
  for (const [file, header] of [
    ["requests.csv", "datetime,requests_num\n"],
    ["orders.csv", "datetime,total_orders_num,"],
    ["feedback.csv", "datetime,total_feedback_num,"],
  ]) {
    const downloading = page.waitForEvent("download");
    await page.getByRole("link", { name: file }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe(file);
    expect(readFileSync(await download.path(), "utf8")).toMatch(new RegExp(`^${header}`));
  }
});

test("the dashboard's log-out ends the session", async ({ page }) => {
  await logIn(page, false);
  const [cookie] = (await page.context().cookies()).filter((cookie) => cookie.httpOnly);
  await page.getByTestId("logout").click();
  await expect(page.getByLabel("Password")).toBeVisible();
  await page.goto("/admin/metrics");
  await expect(page).toHaveURL(/\/admin\/login/);
  // Not only forgotten by the browser, but ended.
  const answer = await page.request.get("/admin/metrics/orders.csv", {
    headers: { cookie: `${cookie.name}=${cookie.value}` },
    maxRedirects: 0,
  });
  expect(answer.status()).toBe(401);
});
