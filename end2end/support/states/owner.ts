// The states of the owner's pages.

import { type Page, expect } from "@playwright/test";
import { discardLetters, giveFeedback, hydrated, logIn, open } from "../pages";
import { produce } from "../record";
import { trade } from "../trade";
import { codeAt } from "../authenticator";
import { Shop } from "../shop";
import { ALERT_STATES } from "./alerts";
import { type State, receiptOfSalt, state } from "./state";

const TRADE_MINUTES = 2.5;
/** Those where it took place. */
const busyShops = new WeakSet<Shop>();

/** The list of dead letters, with a new one. */
async function newLetter(page: Page, shop: Shop): Promise<void> {
  await produce(shop.brokerPort, "new_orders", '{"order_id": "five", "order_amount": 4}', { trace: "a1b2" });
  await logIn(page);
  await expect(async () => {
    await open(page, "/admin/dead-letters");
    await expect(page.getByRole("article").first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 20_000 });
}

/** The dashboard with the report of this query. */
async function dashboard(page: Page, query: string): Promise<void> {
  await logIn(page);
  await open(page, `/admin/metrics?${query}`);
  await expect(page.getByTestId("live")).toBeVisible();
}

/** The secret of a second factor that is being set up. */
async function beginFactor(page: Page): Promise<string> {
  await logIn(page);
  await open(page, "/admin/account");
  await page.getByTestId("begin-factor").getByLabel("Current password").fill(Shop.password);
  await page.getByRole("button", { name: "Set it up" }).click();
  await expect(page.getByTestId("factor-secret")).toBeVisible();
  await hydrated(page);
  return (await page.getByTestId("factor-secret").textContent()) ?? "";
}

/** Shows something while the second factor is on, and turns it off behind the page that is shown. */
async function withFactor(page: Page, show: () => Promise<void>): Promise<void> {
  const secret = await beginFactor(page);
  await page.getByLabel("Code from the app").fill(codeAt(secret, Date.now()));
  await page.getByRole("button", { name: "Turn it on" }).click();
  const codes = page.getByTestId("recovery-codes").getByRole("listitem");
  await expect(codes).toHaveCount(10);
  await hydrated(page);
  const [code] = await codes.allTextContents();
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  await show();
  const form = { do: "end-factor", current: Shop.password, code };
  const answer = await page.request.post("/admin/account", { form, headers: { cookie }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

/** The first of all, while nobody has ordered yet. */
export const FIRST_MINUTE = state("dashboard-first-minute", async (page) => {
  await dashboard(page, "range=hour");
  await expect(page.getByTestId("first-steps")).toContainText("Your shop is open");
  await expect(page.getByTestId("latest-orders")).toContainText("No order yet");
});

/** After some minutes of trade: for the walk alone, and as the picture of the README. */
export const BUSY = state("dashboard-busy", async (page, shop) => {
  if (!busyShops.has(shop)) await trade(page.request, shop, TRADE_MINUTES);
  busyShops.add(shop);
  await dashboard(page, "range=hour");
});

export const OWNER_STATES: State[] = [
  state("login", (page) => open(page, "/admin/login")),
  state(
    "login-refused",
    async (page) => {
      await open(page, "/admin/login");
      await page.getByLabel("Password").fill("not the password");
      await page.getByRole("button", { name: "Log in" }).click();
      await expect(page.getByTestId("login-failure")).toBeVisible();
      await hydrated(page);
    },
    { statuses: [422] },
  ),
  state(
    "session-ended",
    async (page) => {
      await logIn(page);
      await open(page, "/admin/alerts");
      await page.context().clearCookies();
      await page.getByRole("button", { name: "Keep these rules" }).click();
      await expect(page.getByRole("heading", { name: "You are not logged in" })).toBeVisible();
    },
    { statuses: [401] },
  ),
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
      await expect(page.getByTestId("report-failure")).toBeVisible();
    },
    { statuses: [503] },
  ),
  state(
    "dashboard-stale",
    async (page) => {
      await page.route("**/admin/metrics/live", (route) => route.abort("connectionrefused"));
      await logIn(page);
      await expect(page.getByTestId("stale")).toBeVisible();
    },
    { failures: ["/admin/metrics/live"] },
  ),
  state("dashboard-signed-out", async (page) => {
    await logIn(page);
    await page.request.post("/admin/logout", { maxRedirects: 0 });
    await expect(page.getByTestId("login-again")).toBeVisible();
  }, { statuses: [401] }),
  state("dashboard-renewed", async (page) => {
    const body = 'event: parts\ndata: <time data-part="as-of" data-version="from the future"></time>\n\n';
    await page.route("**/admin/metrics/live", (route) => route.fulfill({ contentType: "text/event-stream", body }));
    await logIn(page);
    await expect(page.getByTestId("load-again")).toBeVisible();
  }),
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
  state("account", async (page) => {
    await logIn(page);
    await open(page, "/admin/account");
  }),
  state(
    "account-refused",
    async (page) => {
      await logIn(page);
      await open(page, "/admin/account");
      await page.getByRole("button", { name: "Change the password" }).click();
      await expect(page.getByTestId("error-password-new")).toBeVisible();
      await hydrated(page);
    },
    { statuses: [422] },
  ),
  state("account-factor-setup", async (page) => {
    await beginFactor(page);
    // As it was, for the states after this one; the page stays.
    await page.request.post("/admin/account", { form: { do: "cancel-factor" } });
  }),
  state("account-factor-on", async (page) => withFactor(page, async () => open(page, "/admin/account"))),
  state("account-recovery-codes", async (page) => withFactor(page, async () => undefined)),
  state("login-code", async (page) =>
    withFactor(page, async () => {
      await page.context().clearCookies();
      await open(page, "/admin/login");
      await page.getByLabel("Password").fill(Shop.password);
      await page.getByRole("button", { name: "Log in" }).click();
      await expect(page.getByLabel("Code")).toBeVisible();
      await hydrated(page);
    }),
  ),
  state("stream", async (page) => {
    await logIn(page);
    await open(page, "/admin/streams/new_orders?range=today");
    await expect(page.getByTestId("live")).toBeVisible();
  }),
  state(
    "stream-refused",
    async (page) => {
      await logIn(page);
      await open(page, "/admin/streams/subscriptions?range=decade");
      await expect(page.getByTestId("report-notice")).toBeVisible();
    },
    { statuses: [400] },
  ),
  ...ALERT_STATES,
  state("letters", async (page, shop) => {
    await newLetter(page, shop);
    await page.getByText("Send it back or discard it").first().click();
  }),
  state("letter", async (page, shop) => {
    await newLetter(page, shop);
    const action = await page.locator("form[action$='/discard']").first().getAttribute("action");
    await open(page, `${action}`.replace("/discard", ""));
    await expect(page.getByLabel("Value to send back")).toBeVisible();
  }),
  state(
    "letter-refused",
    async (page, shop) => {
      await newLetter(page, shop);
      await page.getByText("Send it back or discard it").first().click();
      await page.getByRole("button", { name: "Send back", exact: true }).first().click();
      await expect(page.getByTestId("letter-refusal")).toBeVisible();
      await hydrated(page);
    },
    { statuses: [422] },
  ),
  state("letters-empty", async (page) => {
    await logIn(page);
    await discardLetters(page);
    await open(page, "/admin/dead-letters");
    await expect(page.getByRole("article")).toHaveCount(0);
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
