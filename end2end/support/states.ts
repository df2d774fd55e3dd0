// Every page in every state that a person should have looked at: for axe and for the visual walk. A state is shown by
// what a customer does; what goes wrong on the way is named, so that nothing else may.

import { type Page, expect } from "@playwright/test";
import { email, freshForm, makeOrder, open, openOrderForm, orderNumber, post, quantity } from "./pages";

export interface State {
  /** Its name, also of its pictures. */
  name: string;
  /** Brings the page there. */
  show(page: Page): Promise<void>;
  /** Statuses that the shop answers with on the way. */
  statuses: number[];
  /** Paths that are broken on purpose. */
  failures: string[];
}

function state(name: string, show: (page: Page) => Promise<void>, wrong: Partial<State> = {}): State {
  return { name, show, statuses: [], failures: [], ...wrong };
}

async function fill(page: Page): Promise<void> {
  await openOrderForm(page);
  await quantity(page, "rice").fill("2");
  await quantity(page, "tea").fill("1");
  await quantity(page, "soap").fill("12");
  await email(page).fill("customer@example.com");
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
    await expect(page.getByTestId("error-order")).toBeVisible();
  }),
  state(
    "form-no-connection",
    async (page) => {
      await fill(page);
      await page.route("**/api/orders", (route) => route.abort("connectionreset"));
      await makeOrder(page).click();
      await expect(page.getByTestId("failure")).toBeVisible();
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
  state("not-found", (page) => open(page, "/no-such-shelf"), { statuses: [404] }),
  state(
    "form-unavailable",
    async (page) => {
      await open(page, "/");
      await page.route("**/api/goods", (route) => route.fulfill({ status: 503, body: '"Busy"' }));
      await page.getByRole("link", { name: "New order" }).click();
      await expect(page.getByText("The shop cannot show this now")).toBeVisible();
    },
    { statuses: [503] },
  ),
];

const GOODS = ["rice", "pasta", "flour", "beans", "oil", "salt", "tea", "milk", "soap", "paper"];

/** The owner's pages join the walk here. */
export const ALL_STATES: State[] = [...SHOP_STATES];
