// What tests do on the pages again and again, by role, label and test id.

import { type APIRequestContext, type Locator, type Page, expect } from "@playwright/test";
import { Shop } from "./shop";

/** Waits until the browser has taken the page over. */
export async function hydrated(page: Page): Promise<void> {
  await expect(page.locator("body[data-hydrated]")).toBeAttached();
}

/** The order form, ready to be filled. */
export async function openOrderForm(page: Page, javaScriptEnabled = true): Promise<void> {
  await page.goto("/order-new");
  if (javaScriptEnabled) await hydrated(page);
}

export const quantity = (page: Page, slug: string): Locator => page.getByTestId(`quantity-${slug}`);
export const email = (page: Page): Locator => page.getByLabel("E-mail address");
export const makeOrder = (page: Page): Locator => page.getByRole("button", { name: "Make an order" });

/** The number of the order whose receipt is shown. */
export async function orderNumber(page: Page): Promise<number> {
  await expect(page).toHaveURL(/\/order-new-complete\?order=[0-9a-f]{32}$/);
  return Number(await page.getByTestId("order-number").textContent());
}

/** The fields of a fresh order form as the server renders it. */
export async function freshForm(request: APIRequestContext): Promise<Record<string, string>> {
  return formFields(await (await request.get("/order-new")).text());
}

/** The fields of the order form in a page's HTML. */
export function formFields(html: string): Record<string, string> {
  const fields: Record<string, string> = { email: "a@example.com" };
  for (const [input] of html.matchAll(/<input\b[^>]*>/g)) {
    const name = /\bname="([^"]*)"/.exec(input)?.[1];
    const value = /\bvalue="([^"]*)"/.exec(input)?.[1];
    if (name?.startsWith("quantity[")) fields[name] = "0";
    else if (name && /type="hidden"/.test(input)) fields[name] = value ?? "";
  }
  return fields;
}

/** Posts an order as a browser without JavaScript does; the answer is not followed. */
export function post(request: APIRequestContext, form: Record<string, string>) {
  return request.post("/order-new", { form, maxRedirects: 0 });
}

/** Makes an order of one bag of salt, and gives its number. */
export async function orderSalt(request: APIRequestContext): Promise<number> {
  const answer = await post(request, { ...(await freshForm(request)), "quantity[salt]": "1" });
  expect(answer.status()).toBe(303);
  const receipt = await (await request.get(answer.headers().location)).text();
  return Number(/data-testid="order-number"[^>]*>(\d+)</.exec(receipt)?.[1]);
}

/** Gives so many stars and says this, on the receipt that is shown. */
export async function giveFeedback(page: Page, stars: number, comment: string): Promise<void> {
  await page.getByRole("radio", { name: stars === 1 ? "1 star" : `${stars} stars` }).check();
  await page.getByLabel("In a line").fill(comment);
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByTestId("feedback-given")).toContainText(comment);
}

/** The field of the newsletter's form. */
export const newsletterEmail = (page: Page): Locator => page.getByLabel("Your e-mail for the newsletter");

/** Sends the newsletter's form of the page that is shown; the link is on the one that follows. */
export async function askNewsletter(page: Page, address: string): Promise<void> {
  await newsletterEmail(page).fill(address);
  await page.getByRole("button", { name: "Subscribe" }).click();
  await expect(page.getByTestId("newsletter-link")).toBeVisible();
}

/** Opens a page and waits until all of it has arrived, so that leaving it breaks nothing off. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await hydrated(page);
}

/** Logs the owner in and shows the dashboard. */
export async function logIn(page: Page, javaScriptEnabled = true): Promise<void> {
  await page.goto("/admin/login");
  if (javaScriptEnabled) await hydrated(page);
  await page.getByLabel("Password").fill(Shop.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page).toHaveURL(/\/admin\/metrics$/);
  if (javaScriptEnabled) await hydrated(page);
}

/** Discards every dead letter that waits for the logged-in owner. */
export async function discardLetters(page: Page): Promise<void> {
  const list = await (await page.request.get("/admin/dead-letters")).text();
  for (const [, id] of list.matchAll(/action="\/admin\/dead-letters\/(\d+)\/discard"/g)) {
    const answer = await page.request.post(`/admin/dead-letters/${id}/discard`, {
      form: { reason: "a test" },
      maxRedirects: 0,
    });
    expect(answer.status()).toBe(303);
  }
}

/** A figure of the dashboard as a number: `1,234` is 1234, `€1,234.50` is 1234.5. */
export async function figure(page: Page, testId: string): Promise<number> {
  return Number((await page.getByTestId(testId).textContent())?.replace(/[^0-9.]/g, ""));
}

/** Longer than two looks of the dashboard at the outbox, so that what stands still has been looked at. */
const STILL_MS = 2_500;

/** A figure once nothing waits to be counted and it stands still; waits for `expected` where it is given. */
export async function settledFigure(page: Page, testId: string, expected?: number): Promise<number> {
  let last = NaN;
  let since = Date.now();
  await expect(async () => {
    const now = await figure(page, testId);
    if (now !== last) [last, since] = [now, Date.now()];
    if (expected !== undefined) expect(now).toBe(expected);
    expect(await figure(page, "pipeline-outbox")).toBe(0);
    expect(Date.now() - since).toBeGreaterThan(STILL_MS);
  }).toPass({ intervals: [100], timeout: 20_000 });
  return last;
}

/** Holds the answers to requests for this path until the returned function is called. */
export async function held(page: Page, path: string): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((done) => (release = done));
  await page.route(path, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}
