// What only a page with JavaScript does, and what its JavaScript must not break.

import { expect, test } from "../support/test";
import { email, freshForm, hydrated, makeOrder, open, openOrderForm, orderNumber, orderSalt, post, quantity } from "../support/pages";

test("the total follows what is typed", async ({ page }) => {
  await openOrderForm(page);
  const total = page.getByTestId("total");
  await expect(total).toHaveText("€0.00");
  await quantity(page, "oil").fill("2");
  await expect(total).toHaveText("€6.40");
  await quantity(page, "salt").fill("10");
  await expect(total).toHaveText("€12.90");
  await quantity(page, "oil").fill("x");
  await expect(total).toHaveText("€6.50");
});

test("what was typed before hydration stays and counts", async ({ page }) => {
  let arrive = () => {};
  const arrived = new Promise<void>((done) => (arrive = done));
  await page.route("**/pkg/*.wasm", async (route) => {
    await arrived;
    await route.continue();
  });
  await page.goto("/order-new", { waitUntil: "commit" });
  await quantity(page, "tea").fill("2");
  await email(page).fill("early@example.com");
  await page.getByLabel("Pay now").check();
  await expect(page.locator("body[data-hydrated]")).toHaveCount(0);
  arrive();
  await hydrated(page);
  await expect(page.getByTestId("total")).toHaveText("€5.90");
  await expect(quantity(page, "tea")).toHaveValue("2");
  await makeOrder(page).click();
  await orderNumber(page);
  await expect(page.getByTestId("order-total")).toHaveText("€5.90");
  await expect(page.getByTestId("payment")).toHaveText("Paid now");
});

test("what Back restores counts", async ({ page }) => {
  await openOrderForm(page);
  await quantity(page, "flour").fill("4");
  await email(page).fill("back@example.com");
  await open(page, "/admin/login");
  await page.goBack();
  await hydrated(page);
  await expect(quantity(page, "flour")).toHaveValue("4");
  await expect(email(page)).toHaveValue("back@example.com");
  await expect(page.getByTestId("total")).toHaveText("€4.60");
});

test("a double click makes one order", async ({ page, request }) => {
  const before = await orderSalt(request);
  await openOrderForm(page);
  await quantity(page, "milk").fill("1");
  await email(page).fill("twice@example.com");
  await makeOrder(page).dblclick();
  const number = await orderNumber(page);
  const after = await orderSalt(request);
  expect([number - before, after - number]).toEqual([1, 1]);
});

test("an order whose answer is lost is sent again and made once", async ({ page, request, watch }) => {
  watch.allowFailure("/api/orders");
  await openOrderForm(page);
  await quantity(page, "milk").fill("1");
  await email(page).fill("again@example.com");
  const before = await orderSalt(request);
  await page.route("**/api/orders", async (route) => {
    await route.fetch();
    await route.abort("connectionreset");
  });
  await makeOrder(page).click();
  await expect(page.getByTestId("failure")).toBeVisible();
  await page.unroute("**/api/orders");
  await makeOrder(page).click();
  const number = await orderNumber(page);
  const after = await orderSalt(request);
  expect([number - before, after - number]).toEqual([1, 1]);
});

test("a form that ordered already orders nothing else", async ({ page, request }) => {
  await openOrderForm(page);
  const key = await page.locator('input[name="submission_key"]').inputValue();
  const first = await post(request, { ...(await freshForm(request)), submission_key: key, "quantity[salt]": "1" });
  expect(first.status()).toBe(303);

  await quantity(page, "rice").fill("5");
  await email(page).fill("other@example.com");
  await makeOrder(page).click();
  await expect(page.getByTestId("error-order")).toContainText("already made an order");
  await expect(page.locator('input[name="submission_key"]')).not.toHaveValue(key);
  await expect(quantity(page, "rice")).toHaveValue("5");

  // With its fresh key the same form orders.
  await makeOrder(page).click();
  await orderNumber(page);
  await expect(page.getByTestId("order-total")).toHaveText("€12.00");
});

test("each form that is opened by a click has a key of its own", async ({ page }) => {
  const keys = new Set<string>();
  await open(page, "/");
  for (let visit = 0; visit < 3; visit++) {
    await page.getByRole("link", { name: "New order" }).click();
    keys.add(await page.locator('input[name="submission_key"]').inputValue());
    await page.getByRole("link", { name: "Pantry" }).click();
    await expect(page).toHaveURL(/\/$/);
  }
  expect(keys.size).toBe(3);
});

test("a receipt survives a reload", async ({ page }) => {
  await openOrderForm(page);
  await quantity(page, "soap").fill("1");
  await email(page).fill("reload@example.com");
  await makeOrder(page).click();
  const number = await orderNumber(page);
  await page.reload();
  await hydrated(page);
  expect(await orderNumber(page)).toBe(number);
});
