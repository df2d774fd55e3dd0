// "My orders": what this browser ordered, without an account, and what a cookie that is not the shop's own shows.

import type { Page } from "@playwright/test";
import { expect, test } from "../support/test";
import { email, freshForm, hydrated, makeOrder, openOrderForm, orderNumber, post, quantity } from "../support/pages";

const orders = (page: Page) => page.getByTestId("my-order");

test("an order is found again, its receipt and its goods with it", async ({ page, javaScriptEnabled }) => {
  await openOrderForm(page, javaScriptEnabled);
  await quantity(page, "salt").fill("2");
  await email(page).fill("mine@example.com");
  await makeOrder(page).click();
  const number = await orderNumber(page);

  await page.getByRole("link", { name: "My orders" }).click();
  await expect(page).toHaveURL(/\/my-orders$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("My orders");
  await expect(orders(page)).toHaveCount(1);
  await expect(orders(page)).toContainText("€1.30");
  await page.getByRole("link", { name: `Order ${number}`, exact: true }).click();
  expect(await orderNumber(page)).toBe(number);

  await page.goBack();
  await page.getByRole("link", { name: `Order again as in Order ${number}` }).click();
  await expect(quantity(page, "salt")).toHaveValue("2");
});

test("a browser that ordered nothing sees an empty list", async ({ page }) => {
  const answer = await page.goto("/my-orders");
  expect(answer?.status()).toBe(200);
  expect(answer?.headers()["cache-control"]).toBe("no-store");
  await expect(page.getByTestId("no-orders")).toBeVisible();
  await expect(page.getByRole("link", { name: "Look at the shelves" })).toBeVisible();
});

test("the last twenty are kept, the latest first; another browser sees none of them", async ({ page, browser, baseURL }) => {
  const request = page.request;
  for (let order = 1; order <= 21; order++) {
    const answer = await post(request, { ...(await freshForm(request)), "quantity[tea]": `${order}` });
    expect(answer.status()).toBe(303);
  }
  await page.goto("/my-orders");
  await expect(orders(page)).toHaveCount(20);
  await expect(orders(page).first()).toContainText("21 goods");
  await expect(orders(page).last()).toContainText("2 goods");

  const other = await browser.newPage({ baseURL });
  await other.goto("/my-orders");
  await expect(other.getByTestId("no-orders")).toBeVisible();
  await other.close();
});

test("a cookie that was changed shows nothing", async ({ page, javaScriptEnabled }) => {
  const request = page.request;
  expect((await post(request, { ...(await freshForm(request)), "quantity[tea]": "1" })).status()).toBe(303);
  const [cookie] = (await page.context().cookies()).filter(({ name }) => name === "pantry_orders");
  expect([cookie.httpOnly, cookie.sameSite, cookie.secure]).toEqual([true, "Lax", false]);
  await page.goto("/my-orders");
  if (javaScriptEnabled) await hydrated(page);
  await expect(orders(page)).toHaveCount(1);
  const [tokens, tag] = cookie.value.split(".");
  for (const value of ["", tokens, `${tokens}.${tag.slice(1)}`, `${"0".repeat(32)}.${tag}`, `${tokens}${tokens}.${tag}`]) {
    await page.context().addCookies([{ ...cookie, value }]);
    const answer = await page.goto("/my-orders");
    expect(answer?.status()).toBe(200);
    if (javaScriptEnabled) await hydrated(page);
    await expect(page.getByTestId("no-orders")).toBeVisible();
  }
});

test("the list is forgotten, the orders are not", async ({ page, javaScriptEnabled }) => {
  const request = page.request;
  const answer = await post(request, { ...(await freshForm(request)), "quantity[tea]": "1" });
  await page.goto("/my-orders");
  if (javaScriptEnabled) await hydrated(page);
  await page.getByRole("button", { name: "Forget them here" }).click();
  await expect(page.getByTestId("no-orders")).toBeVisible();
  expect((await page.context().cookies()).filter(({ name }) => name === "pantry_orders")).toEqual([]);
  expect((await request.get(answer.headers().location)).status()).toBe(200);
});
