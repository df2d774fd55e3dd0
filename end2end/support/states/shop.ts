// The states of the shop's own pages.

import { type Page, expect } from "@playwright/test";
import { askNewsletter, email, freshForm, giveFeedback, hydrated, makeOrder, open, newsletterEmail, openOrderForm, orderNumber, post, quantity } from "../pages";
import { type State, receiptOfSalt, state } from "./state";

const GOODS = ["rice", "pasta", "flour", "beans", "oil", "salt", "tea", "milk", "soap", "paper"];

async function fill(page: Page): Promise<void> {
  await openOrderForm(page);
  await quantity(page, "rice").fill("2");
  await quantity(page, "tea").fill("1");
  await quantity(page, "soap").fill("12");
  await email(page).fill("customer@example.com");
}

/** A form that is larger than any order. */
async function tooMuch(page: Page): Promise<void> {
  await open(page, "/order-new");
  await page.evaluate(() => {
    const form = Object.assign(document.createElement("form"), { method: "post", action: "/order-new" });
    form.append(Object.assign(document.createElement("textarea"), { name: "email", value: "x".repeat(100_000) }));
    document.body.append(form);
    form.submit();
  });
  await expect(page.getByRole("heading", { name: "That was too much" })).toBeVisible();
}

/** Subscribes, up to the page that thanks for it. */
async function joinNewsletter(page: Page, address: string): Promise<void> {
  await open(page, "/");
  await askNewsletter(page, address);
  await page.getByTestId("newsletter-link").click();
  await page.getByRole("button", { name: "Yes, I want it" }).click();
  await expect(page.getByTestId("newsletter-joined")).toBeVisible();
  await hydrated(page);
}

export const SHOP_STATES: State[] = [
  state("home", (page) => open(page, "/")),
  state("form-empty", (page) => openOrderForm(page)),
  state("form-filled", fill),
  state("form-one-added", (page) => open(page, "/order-new?add=rice")),
  state("form-errors", async (page) => {
    await fill(page);
    await quantity(page, "beans").fill("100");
    await email(page).fill("nobody");
    await makeOrder(page).click();
    await expect(page.getByTestId("error-email")).toBeVisible();
  }),
  state("form-nothing-chosen", async (page) => {
    await openOrderForm(page);
    await makeOrder(page).click();
    await expect(page.getByTestId("error-goods")).toBeVisible();
  }),
  state(
    "form-no-connection",
    async (page) => {
      await fill(page);
      await page.route("**/api/orders", (route) => route.abort("connectionreset"));
      await makeOrder(page).click();
      await expect(page.getByTestId("order-failure")).toBeVisible();
    },
    { failures: ["/api/orders"] },
  ),
  state(
    "form-pending",
    async (page) => {
      await fill(page);
      await page.route("**/api/orders", () => undefined);
      await makeOrder(page).click();
      await expect(page.getByRole("button", { name: "Making your order…" })).toBeVisible();
    },
    { failures: ["/api/orders"] },
  ),
  state("form-again-unknown", (page) => open(page, "/order-new?again=0")),
  state("receipt", async (page) => {
    await fill(page);
    await page.getByLabel("Pay now").check();
    await makeOrder(page).click();
    await orderNumber(page);
  }),
  state("receipt-on-credit", async (page) => {
    await fill(page);
    await makeOrder(page).click();
    await orderNumber(page);
  }),
  state(
    "receipt-feedback-refused",
    async (page) => {
      await receiptOfSalt(page);
      await page.getByTestId("feedback").locator("form").evaluate((form: HTMLFormElement) => (form.noValidate = true));
      await page.getByLabel("In a line").fill("All fresh, but the tea was missing.");
      await page.getByRole("button", { name: "Send" }).click();
      await expect(page.getByTestId("feedback-problem")).toBeVisible();
      await hydrated(page);
    },
    { statuses: [422] },
  ),
  state("receipt-feedback-given", async (page) => {
    await receiptOfSalt(page);
    await giveFeedback(page, 4, "All fresh, and it was quick.");
    await hydrated(page);
  }),
  state("receipt-unknown", (page) => open(page, "/order-new-complete?order=none"), { statuses: [404] }),
  state("my-orders-empty", (page) => open(page, "/my-orders")),
  state("my-orders", async (page) => {
    for (const goods of [{ rice: 2 }, { rice: 1, tea: 3, oil: 1 }, Object.fromEntries(GOODS.map((slug) => [slug, 4]))]) {
      const quantities = Object.entries(goods).map(([slug, count]) => [`quantity[${slug}]`, `${count}`]);
      const form = { ...(await freshForm(page.request)), ...Object.fromEntries(quantities) };
      expect((await post(page.request, form)).status()).toBe(303);
    }
    await open(page, "/my-orders");
  }),
  state("newsletter", (page) => open(page, "/newsletter")),
  state(
    "newsletter-refused",
    async (page) => {
      await open(page, "/newsletter");
      await page.getByTestId("newsletter-form").evaluate((form: HTMLFormElement) => (form.noValidate = true));
      await newsletterEmail(page).fill("nobody");
      await page.getByRole("button", { name: "Subscribe" }).click();
      await expect(page.getByTestId("error-newsletter-email")).toBeVisible();
      await hydrated(page);
    },
    { statuses: [422] },
  ),
  state("newsletter-mailed", (page) => open(page, "/newsletter/asked")),
  state("newsletter-link", async (page) => {
    await open(page, "/");
    await askNewsletter(page, "state@example.com");
    await hydrated(page);
  }),
  state("newsletter-confirm", async (page) => {
    await open(page, "/");
    await askNewsletter(page, "confirm@example.com");
    await page.getByTestId("newsletter-link").click();
    await hydrated(page);
  }),
  state("newsletter-joined", async (page) => {
    await joinNewsletter(page, "joined@example.com");
  }),
  state("newsletter-leave", async (page) => {
    await joinNewsletter(page, "leaving@example.com");
    await page.getByTestId("newsletter-leave").click();
    await expect(page.getByRole("button", { name: "Yes, leave it" })).toBeVisible();
    await hydrated(page);
  }),
  state("newsletter-left", (page) => open(page, "/newsletter/left")),
  state("newsletter-unknown", (page) => open(page, "/newsletter/confirm?token=none"), { statuses: [404] }),
  state("not-found", (page) => open(page, "/no-such-shelf"), { statuses: [404] }),
  state("nothing-to-see", (page) => page.goto("/my-orders/forget").then(() => undefined), { statuses: [405] }),
  state("too-much", (page) => tooMuch(page), { statuses: [413] }),
];
