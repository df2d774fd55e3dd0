// Every page in every state that a person should have looked at: for axe and for the visual walk. A state is shown by
// what a customer does; what goes wrong on the way is named, so that nothing else may.

import { type Page, expect } from "@playwright/test";
import {
  discardLetters,
  email,
  freshForm,
  giveFeedback,
  hydrated,
  logIn,
  makeOrder,
  open,
  openOrderForm,
  orderNumber,
  post,
  quantity,
} from "./pages";
import { produce } from "./record";
import type { Shop } from "./shop";

export interface State {
  /** Its name, also of its pictures. */
  name: string;
  /** Brings the page there. */
  show(page: Page, shop: Shop): Promise<void>;
  /** Statuses that the shop answers with on the way. */
  statuses: number[];
  /** Paths that are broken on purpose. */
  failures: string[];
}

function state(name: string, show: State["show"], wrong: Partial<State> = {}): State {
  return { name, show, statuses: [], failures: [], ...wrong };
}

async function fill(page: Page): Promise<void> {
  await openOrderForm(page);
  await quantity(page, "rice").fill("2");
  await quantity(page, "tea").fill("1");
  await quantity(page, "soap").fill("12");
  await email(page).fill("customer@example.com");
}

/** The receipt of a new order. */
export async function receiptOfSalt(page: Page): Promise<void> {
  const answer = await post(page.request, { ...(await freshForm(page.request)), "quantity[salt]": "1" });
  await open(page, answer.headers().location);
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

/** The dashboard with the report of this query. */
async function dashboard(page: Page, query: string): Promise<void> {
  await logIn(page);
  await open(page, `/admin/metrics?${query}`);
  await expect(page.getByTestId("live")).toBeVisible();
}

export const OWNER_STATES: State[] = [
  state("login", (page) => open(page, "/admin/login")),
  state("dashboard-hour", async (page) => {
    await receiptOfSalt(page);
    await giveFeedback(page, 5, "Everything as it should be.");
    await dashboard(page, "range=hour");
    await expect(page.getByTestId("latest-orders").getByRole("listitem").first()).toBeVisible();
    await expect(page.getByTestId("latest-feedback").getByRole("listitem").first()).toBeVisible();
  }),
  state("dashboard-12-months", (page) => dashboard(page, "range=12m")),
  state("dashboard-custom-without-comparison", (page) =>
    dashboard(page, "range=custom&from=2020-01-01&to=2020-01-31&compare=none"),
  ),
  state("dashboard-table", async (page) => {
    await dashboard(page, "range=today&compare=week");
    await page.getByText("The same as a table").click();
    await page.getByText("From event to figure").click();
  }),
  state("dashboard-reading", async (page) => {
    await dashboard(page, "range=24h");
    await page.getByTestId("chart-orders").getByRole("slider").focus();
    await expect(page.getByTestId("chart-orders-readout")).toContainText("so far");
  }),
  state(
    "dashboard-loading",
    async (page) => {
      await dashboard(page, "range=hour");
      await page.route("**/api/admin/report", () => undefined);
      await page.getByRole("link", { name: "30 days" }).click();
      await expect(page.getByText("Loading…")).toBeVisible();
    },
    { failures: ["/api/admin/report"] },
  ),
  state(
    "dashboard-failed",
    async (page) => {
      await dashboard(page, "range=hour");
      await page.route("**/api/admin/report", (route) => route.fulfill({ status: 503, body: '"Busy"' }));
      await page.getByRole("link", { name: "30 days" }).click();
      await expect(page.getByTestId("report-notice")).toBeVisible();
    },
    { statuses: [503] },
  ),
  state(
    "dashboard-stale",
    async (page) => {
      await page.route("**/admin/metrics/stream", (route) => route.abort("connectionrefused"));
      await logIn(page);
      await expect(page.getByTestId("stale")).toBeVisible();
    },
    { failures: ["/admin/metrics/stream"] },
  ),
  state(
    "dashboard-problem",
    async (page) => {
      await logIn(page);
      await open(page, "/admin/metrics?range=decade");
    },
    { statuses: [400] },
  ),
  state("time-zone", async (page) => {
    await logIn(page);
    await open(page, "/admin/time-zone");
  }),
  state("alerts-empty", async (page) => {
    await logIn(page);
    await open(page, "/admin/alerts");
  }),
  state(
    "alerts-refused",
    async (page) => {
      await logIn(page);
      await open(page, "/admin/alerts");
      await page.getByLabel("No orders").check();
      await page.getByLabel("Minutes without an order").fill("soon");
      await page.getByLabel("More requests a minute than").fill("1,000");
      await page.getByRole("button", { name: "Keep these rules" }).click();
      await expect(page.getByTestId("error-requests_per_minute")).toBeVisible();
      await hydrated(page);
    },
    { statuses: [422] },
  ),
  state("dashboard-alert", async (page, shop) => {
    await produce(shop.brokerPort, "new_orders", "nothing of the shop's");
    await dashboard(page, "range=hour");
    await expect(page.getByTestId("open-alerts")).toContainText("could not be read");
  }),
  state("alerts-open", async (page, shop) => {
    await produce(shop.brokerPort, "new_orders", "nothing of the shop's");
    await logIn(page);
    await expect(page.getByTestId("open-alerts")).toContainText("could not be read");
    await open(page, "/admin/alerts");
    await expect(page.getByTestId("alerts-open")).toBeVisible();
  }),
  // Last, so that no letter is left to those before.
  state("alerts-history", async (page, shop) => {
    await produce(shop.brokerPort, "new_orders", "nothing of the shop's");
    await logIn(page);
    await expect(page.getByTestId("open-alerts")).toContainText("could not be read");
    await discardLetters(page);
    await expect(page.getByTestId("open-alerts")).toBeEmpty();
    await page.request.post("/admin/alerts/test");
    await open(page, "/admin/alerts");
    await expect(page.getByTestId("alerts-ended")).toBeVisible();
  }),
];

export const ALL_STATES: State[] = [...SHOP_STATES, ...OWNER_STATES];
