// From page to page: each one is rendered by the server, and asks for the module only where something in it moves.

import { expect, test } from "../support/test";
import { hydrated, logIn, makeOrder, open, quantity } from "../support/pages";

test("links, Back and Forward change page, address and title", async ({ page }) => {
  await open(page, "/");
  await page.getByRole("link", { name: "My orders" }).click();
  await expect(page.getByRole("heading", { name: "My orders" })).toBeVisible();
  await expect(page).toHaveURL(/\/my-orders$/);
  await expect(page).toHaveTitle("My orders · Pantry");
  await expect(page.getByRole("link", { name: "My orders" })).toHaveAttribute("aria-current", "page");
  await page.getByRole("link", { name: "New order" }).click();
  await expect(makeOrder(page)).toBeVisible();
  await expect(page).toHaveTitle("New order · Pantry");
  await page.goBack();
  await expect(page.getByRole("heading", { name: "My orders" })).toBeVisible();
  await expect(page).toHaveTitle("My orders · Pantry");
  await page.goBack();
  await expect(page.getByTestId("good-card").first()).toBeVisible();
  await page.goForward();
  await expect(page).toHaveURL(/\/my-orders$/);
  await expect(page.getByRole("heading", { name: "My orders" })).toBeVisible();
  await expect(page.getByRole("main").getByRole("heading", { level: 1 })).toHaveCount(1);
});

test("another query of the same page is another page's content", async ({ page }) => {
  await open(page, "/order-new?add=rice");
  await expect(quantity(page, "rice")).toHaveValue("1");
  await page.getByRole("link", { name: "New order" }).click();
  await expect(page).toHaveURL(/\/order-new$/);
  await expect(quantity(page, "rice")).toHaveValue("");
  await page.goBack();
  await expect(quantity(page, "rice")).toHaveValue("1");
});

test("an address without a page says so", async ({ page, watch }) => {
  watch.allowStatus(404);
  await open(page, "/no-such-shelf");
  await expect(page.getByRole("heading", { name: "This shelf is empty" })).toBeVisible();
  await expect(page).toHaveTitle("Page not found · Pantry");
});

test("the skip link leads to the content", async ({ page, isMobile }) => {
  test.skip(isMobile, "a phone has no keyboard");
  await open(page, "/my-orders");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});

test("a page in which nothing moves asks for no module", async ({ page, watch }) => {
  watch.allowStatus(404);
  let asked: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (/\.(wasm|js)$/.test(pathname)) asked.push(pathname);
  });
  await logIn(page);
  const still = ["/", "/my-orders", "/order-new-complete?order=none", "/no-such-shelf", "/admin/alerts", "/admin/account"];
  for (const path of [...still, "/admin/dead-letters", "/admin/time-zone"]) {
    asked = [];
    await open(page, path);
    expect(asked, path).toEqual([]);
  }
  for (const path of ["/order-new", "/admin/metrics"]) {
    asked = [];
    await open(page, path);
    expect(asked.sort(), path).toEqual(["/pkg/pantry.js", "/pkg/pantry.wasm"]);
  }
});

test("a form that Back shows as it was left can be sent again", async ({ page }) => {
  await open(page, "/order-new");
  const key = page.locator("input[name=submission_key]");
  const before = await key.inputValue();
  await page.evaluate(() => {
    const button = document.querySelector("#make-order");
    button?.setAttribute("aria-disabled", "true");
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  });
  await expect(makeOrder(page)).not.toHaveAttribute("aria-disabled");
  // It has ordered nothing, so it is the same form.
  expect(await key.inputValue()).toBe(before);
  await hydrated(page);
});
