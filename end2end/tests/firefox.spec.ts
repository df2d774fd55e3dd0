// The journeys again in Firefox, as Debian builds it, over WebDriver BiDi: Playwright's own Firefox is another one.

import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { expect, test } from "@playwright/test";
import { formFields } from "../support/pages";
import { Shop } from "../support/shop";

const WAIT = { timeout: 20_000 };
let shop: Shop;
let browser: Browser;

test.beforeAll(async () => {
  shop = await Shop.start();
});
test.afterAll(async () => {
  await shop?.stop();
});
test.afterEach(async () => {
  await browser?.close();
});

/** A new Firefox; what its pages report as wrong stands in `problems`. */
async function firefox(): Promise<{ page: Page; problems: string[] }> {
  browser = await puppeteer.launch({ browser: "firefox", executablePath: process.env.PANTRY_FIREFOX });
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`${error}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  return { page, problems };
}

const hydrated = (page: Page) => page.waitForSelector("body[data-hydrated]", WAIT);
const text = (page: Page, testId: string) => page.$eval(`[data-testid="${testId}"]`, (element) => element.textContent);
const fill = (page: Page, selector: string, value: string) => page.locator(selector).setTimeout(WAIT.timeout).fill(value);

async function submit(page: Page): Promise<void> {
  await Promise.all([page.waitForNavigation(WAIT), page.click("#make-order")]);
}

async function logIn(page: Page): Promise<void> {
  await page.goto(`${shop.url}/admin/login`);
  await page.type("#password", Shop.password);
  await Promise.all([page.waitForNavigation(WAIT), page.click("main form button")]);
  await hydrated(page);
}

test("an order from the first page to the receipt", async () => {
  const { page, problems } = await firefox();
  await page.goto(shop.url);
  await Promise.all([page.waitForNavigation(WAIT), page.click(".site-nav a.button")]);
  await hydrated(page);
  await page.type("#quantity-soap", "2");
  await page.click('[data-good="rice"] [data-step="1"]');
  expect(await text(page, "total")).toBe("€5.40");
  await fill(page, "#email", "fox@example.com");
  await page.click("#pay-now");
  await submit(page);
  expect(page.url()).toMatch(/\/order-new-complete\?order=[0-9a-f]{32}$/);
  expect(await text(page, "order-total")).toBe("€5.40");
  expect(await text(page, "payment")).toBe("Paid now");
  expect(problems).toEqual([]);
});

test("what is wrong stands beside its field, and what was typed stays", async () => {
  const { page, problems } = await firefox();
  await page.goto(`${shop.url}/order-new?add=rice`);
  await hydrated(page);
  await fill(page, "#email", "fox@example");
  await page.click("#make-order");
  await page.waitForSelector("#error-email:not([hidden])", WAIT);
  expect(await text(page, "error-email")).toContain("like name@");
  expect(await page.$eval(":focus", (focused) => focused.id)).toBe("email");
  expect(await page.$eval("#quantity-rice", (field) => (field as HTMLInputElement).value)).toBe("1");
  await fill(page, "#email", "fox@example.com");
  await submit(page);
  expect(await text(page, "order-total")).toBe("€2.40");
  expect(problems).toEqual([]);
});

// Firefox restores nothing into a page that is not to be stored.
test("after an order, Back opens a form that can be ordered", async () => {
  const { page, problems } = await firefox();
  await page.goto(`${shop.url}/order-new`);
  await hydrated(page);
  await page.type("#quantity-flour", "4");
  await fill(page, "#email", "back@example.com");
  await submit(page);
  await page.goBack(WAIT);
  await hydrated(page);
  expect(await page.$eval("#make-order", (button) => button.hasAttribute("aria-disabled"))).toBe(false);
  expect(await text(page, "total")).toBe("€0.00");
  await page.type("#quantity-salt", "3");
  await fill(page, "#email", "again@example.com");
  await submit(page);
  expect(await text(page, "order-total")).toBe("€1.95");
  expect(page.url()).toMatch(/\/order-new-complete\?order=[0-9a-f]{32}$/);
  expect(problems).toEqual([]);
});

test("the dashboard follows orders and ranges", async () => {
  const { page, problems } = await firefox();
  await logIn(page);
  await page.waitForSelector('[data-testid="live"]', WAIT);
  const before = Number(await text(page, "today-orders"));
  const form = formFields(await (await fetch(`${shop.url}/order-new`)).text());
  const body = new URLSearchParams({ ...form, "quantity[salt]": "1" });
  expect((await fetch(`${shop.url}/order-new`, { method: "POST", body, redirect: "manual" })).status).toBe(303);
  const orders = '[data-testid="today-orders"]';
  await page.waitForFunction((of, more) => document.querySelector(of)?.textContent === more, WAIT, orders, `${before + 1}`);
  await page.evaluate(() => document.body.setAttribute("data-same-page", ""));
  await page.locator("text/7 days").click();
  await page.waitForFunction(() => document.querySelector("#chart-orders-heading")?.textContent === "Orders by day", WAIT);
  expect(page.url()).toMatch(/range=7d$/);
  await page.evaluate(() => history.back());
  await page.waitForFunction(() => document.querySelector("#chart-orders-heading")?.textContent === "Orders by minute", WAIT);
  expect(await page.$("body[data-same-page]")).not.toBeNull();
  expect(problems).toEqual([]);
});

test("without its module a form posts itself, and says what is wrong", async () => {
  const { page } = await firefox();
  await page.setRequestInterception(true);
  page.on("request", (request) => void (request.url().includes("/pkg/pantry.js") ? request.abort() : request.continue()));
  await page.goto(`${shop.url}/order-new?add=tea`);
  await submit(page);
  expect(await text(page, "error-email")).toContain("Enter your e-mail");
  await page.type("#email", "plain@example.com");
  await submit(page);
  expect(await text(page, "order-total")).toBe("€2.95");
});
