// From page to page without loading the shop again: what the shop's own router does, and what it leaves to the browser.

import { expect, test, type Page } from "../support/test";
import { held, hydrated, makeOrder, open } from "../support/pages";

/** Marks the document, so that one that was loaded anew is told apart. */
const mark = (page: Page) => page.evaluate(() => document.body.classList.add("first-document"));
const isMarked = (page: Page) => page.evaluate(() => document.body.classList.contains("first-document"));

test("links, Back and Forward change page, address and title, and load nothing anew", async ({ page }) => {
  await open(page, "/");
  await mark(page);
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
  expect(await isMarked(page)).toBe(true);
});

test("a page is left when the next one is there, from its top", async ({ page }) => {
  await open(page, "/my-orders");
  const release = await held(page, "**/api/goods");
  const asked = page.waitForRequest("**/api/goods");
  await page.getByRole("link", { name: "New order" }).click();
  await asked;
  await expect(page.getByRole("heading", { name: "My orders" })).toBeVisible();
  await expect(page).toHaveURL(/\/my-orders$/);
  await expect(page).toHaveTitle("My orders · Pantry");
  release();
  await expect(makeOrder(page)).toBeVisible();
  await expect(page).toHaveURL(/\/order-new$/);
  await page.getByRole("contentinfo").scrollIntoViewIfNeeded();
  await page.evaluate(() => document.querySelector<HTMLAnchorElement>("a.brand")?.click());
  await expect(page.getByTestId("good-card").first()).toBeVisible();
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);
});

test("with the keyboard the next page goes on at its content", async ({ page }) => {
  await open(page, "/my-orders");
  await page.getByRole("link", { name: "New order" }).focus();
  await page.keyboard.press("Enter");
  await expect(makeOrder(page)).toBeVisible();
  await expect(page.getByRole("main")).toBeFocused();
  expect(await page.evaluate(() => scrollY)).toBe(0);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("main").locator(":focus")).toHaveCount(1);
});

test("whoever goes elsewhere meanwhile is taken there", async ({ page }) => {
  await open(page, "/order-new");
  const release = await held(page, "**/api/goods");
  const asked = page.waitForRequest("**/api/goods");
  await page.getByRole("link", { name: "Pantry" }).click();
  await asked;
  await page.getByRole("link", { name: "My orders" }).click();
  await expect(page.getByRole("heading", { name: "My orders" })).toBeVisible();
  const answered = page.waitForResponse("**/api/goods");
  release();
  await answered;
  await expect(page).toHaveURL(/\/my-orders$/);
  await expect(page.getByRole("heading", { name: "My orders" })).toBeVisible();
});

test("another query of the same page is another page's content", async ({ page }) => {
  await open(page, "/order-new?add=rice");
  await expect(page.getByTestId("quantity-rice")).toHaveValue("1");
  await page.getByRole("link", { name: "New order" }).click();
  await expect(page).toHaveURL(/\/order-new$/);
  await expect(page.getByTestId("quantity-rice")).toHaveValue("");
  await page.goBack();
  await expect(page.getByTestId("quantity-rice")).toHaveValue("1");
});

test("a click that asks for a new tab gets one, and an address without a page says so", async ({ page, context, isMobile }) => {
  await open(page, "/");
  if (!isMobile) {
    const opened = context.waitForEvent("page");
    await page.getByRole("link", { name: "My orders" }).click({ modifiers: ["ControlOrMeta"] });
    const tab = await opened;
    await hydrated(tab);
    await expect(tab).toHaveURL(/\/my-orders$/);
    await tab.close();
    await expect(page).toHaveURL(/\/$/);
  }
  await mark(page);
  await page.evaluate(() => {
    const link = Object.assign(document.createElement("a"), { href: "/no-such-shelf", textContent: "Nowhere" });
    document.querySelector("main")?.append(link);
    link.click();
  });
  await expect(page.getByRole("heading", { name: "This shelf is empty" })).toBeVisible();
  await expect(page).toHaveTitle("Page not found · Pantry");
  expect(await isMarked(page)).toBe(true);
});

test("the owner's part of the module is loaded for the owner's pages alone", async ({ page, watch }) => {
  watch.allowStatus(404);
  const parts: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith(".wasm")) parts.push(pathname);
  });
  await open(page, "/");
  await page.getByRole("link", { name: "New order" }).click();
  await expect(makeOrder(page)).toBeVisible();
  await page.getByRole("link", { name: "My orders" }).click();
  await expect(page.getByRole("heading", { name: "My orders" })).toBeVisible();
  await open(page, "/order-new-complete?order=none");
  expect([...new Set(parts)]).toEqual(["/pkg/pantry.wasm"]);
  await open(page, "/admin/login");
  expect(new Set(parts).size).toBe(2);
  expect(parts.at(-1)).toMatch(/^\/pkg\/split_owners_pages_\w+\.wasm$/);
});
