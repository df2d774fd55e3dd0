// What only a page with JavaScript does, and what its JavaScript must not break.

import { expect, test } from "../support/test";
import { email, freshForm, held, hydrated, makeOrder, open, openOrderForm } from "../support/pages";
import { orderNumber, orderSalt, post, quantity } from "../support/pages";

test("the total follows what is typed", async ({ page }) => {
  await openOrderForm(page);
  const total = page.getByTestId("total");
  await expect(total).toHaveText("€0.00");
  await quantity(page, "oil").fill("2");
  await expect(total).toHaveText("€6.40");
  await quantity(page, "salt").fill("10");
  await expect(total).toHaveText("€12.90");
  await quantity(page, "oil").clear();
  await quantity(page, "oil").pressSequentially("1e");
  await expect(total).toHaveText("€6.50");
});

test("sums, summary and button follow what is typed", async ({ page, isMobile }) => {
  await openOrderForm(page);
  await expect(makeOrder(page)).toHaveAccessibleName("Make an order");
  await quantity(page, "oil").fill("2");
  await page.getByTestId("quantity-salt").locator("xpath=following-sibling::button").click();
  await expect(quantity(page, "salt")).toHaveValue("1");
  await expect(page.getByTestId("sum-oil")).toHaveText("€6.40");
  await expect(page.getByTestId("sum-salt")).toHaveText("€0.65");
  await expect(page.getByTestId("sum-rice")).toHaveText("");
  await expect(page.getByTestId("amount")).toHaveText("3 goods");
  await expect(makeOrder(page)).toHaveAccessibleName("Make an order · €7.05");
  await expect(makeOrder(page)).toBeInViewport();
  if (!isMobile) await expect(page.locator(".summary-lines")).toContainText("2 × Sunflower oil");
  await quantity(page, "oil").press("ArrowDown");
  await expect(page.getByTestId("total")).toHaveText("€3.85");
});

test("while an order is on its way the button says so and keeps the focus", async ({ page }) => {
  const arrive = await held(page, "**/api/orders");
  await openOrderForm(page);
  await quantity(page, "milk").fill("1");
  await email(page).fill("patient@example.com");
  await page.keyboard.press("Enter");
  const button = page.getByRole("button", { name: "Making your order…" });
  await expect(button).toHaveAttribute("aria-disabled", "true");
  arrive();
  await orderNumber(page);
});

test("an answer that never comes lets the customer try again", async ({ page, watch }) => {
  watch.allowFailure("/api/orders");
  await page.clock.install();
  let asked = 0;
  await page.route("**/api/orders", (route) => (asked++ === 0 ? undefined : route.continue()));
  await openOrderForm(page);
  await quantity(page, "milk").fill("1");
  await email(page).fill("waiting@example.com");
  await makeOrder(page).click();
  await expect(page.getByRole("button", { name: "Making your order…" })).toBeVisible();
  await page.clock.fastForward(26_000);
  await expect(page.getByTestId("order-failure")).toContainText("it makes one order only");
  await makeOrder(page).click();
  await orderNumber(page);
});

test("a page whose module is gone still takes an order", async ({ page, watch }) => {
  watch.allowStatus(404);
  watch.allowFailure("/pkg/pantry.wasm");
  await page.route("**/pkg/*.wasm*", (route) => route.abort());
  watch.allowPageError(/^Failed to fetch/);
  await page.goto("/order-new?add=rice");
  await email(page).fill("old-tab@example.com");
  await makeOrder(page).click();
  await orderNumber(page);
  await expect(page.getByTestId("order-total")).toHaveText("€2.40");
});

test("a page that the shop no longer understands sends its form as it is", async ({ page, watch }) => {
  watch.allowStatus(400);
  await page.route("**/api/orders", (route) => route.continue({ postData: '{"other":"form"}' }));
  await openOrderForm(page);
  await quantity(page, "tea").fill("2");
  await email(page).fill("old-tab@example.com");
  await makeOrder(page).click();
  await orderNumber(page);
  await expect(page.getByTestId("order-total")).toHaveText("€5.90");
});

test("an order with nothing but the keyboard", async ({ page, isMobile }) => {
  test.skip(isMobile, "a phone has none");
  await open(page, "/");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.getByTestId("add-rice").focus();
  await page.keyboard.press("Enter");
  await expect(quantity(page, "rice")).toHaveValue("1");
  await quantity(page, "rice").focus();
  await page.keyboard.press("ArrowUp");
  for (let good = 0; good < 10; good++) await page.keyboard.press("Tab");
  await expect(email(page)).toBeFocused();
  await page.keyboard.type("keys@example.com");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  await expect(makeOrder(page)).toBeFocused();
  await page.keyboard.press("Enter");
  await orderNumber(page);
  await expect(page.getByTestId("order-total")).toHaveText("€4.80");
  await expect(page.getByTestId("payment")).toHaveText("Paid now");
});

test("what was typed before hydration stays and counts", async ({ page }) => {
  const arrive = await held(page, "**/pkg/*.wasm*");
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
  await expect(page.getByTestId("order-failure")).toBeVisible();
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
  await expect(page.getByTestId("error-goods")).toContainText("already made an order");
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
