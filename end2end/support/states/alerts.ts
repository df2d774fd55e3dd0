// The states of the owner's alerts.

import { type Page, expect } from "@playwright/test";
import { hydrated, logIn, open } from "../pages";
import { produce } from "../record";
import { type State, state } from "./state";

const MEASURES = "/admin/alerts/measures";

/** Shows something while there is a rule on a measure, and deletes it behind the page that is shown. */
async function withMeasureRule(page: Page, show: () => Promise<void>): Promise<void> {
  await logIn(page);
  const form = { measure: "subscriptions/net_num", side: "below", value: "-3", minutes: "60" };
  await page.request.post(MEASURES, { form });
  await show();
  const address = await page.getByTestId("measure-rules").locator("form").first().getAttribute("action");
  await page.request.post(`${address}/delete`);
}

export const ALERT_STATES: State[] = [
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
  state("alerts-measures", async (page) => {
    await withMeasureRule(page, async () => {
      await open(page, "/admin/alerts?stream=subscriptions");
      await page.getByTestId("measure-rules").getByText("below −3 over 60 minutes").click();
      await expect(page.getByRole("button", { name: "Delete this rule" })).toBeVisible();
    });
  }),
  state(
    "alerts-measures-refused",
    async (page) => {
      await logIn(page);
      await open(page, "/admin/alerts?stream=new_orders");
      const form = page.getByTestId("measure-rule-new");
      await form.getByLabel("Value").fill("1,000");
      await form.getByRole("button", { name: "Add this rule" }).click();
      await expect(page.getByTestId("error-value-new")).toBeVisible();
      await hydrated(page);
    },
    { statuses: [422] },
  ),
  state("dashboard-alert", async (page, shop) => {
    await produce(shop.brokerPort, "new_orders", "nothing of the shop's");
    await logIn(page);
    await open(page, "/admin/metrics?range=hour");
    await expect(page.getByTestId("live")).toBeVisible();
    await expect(page.getByTestId("open-alerts")).toContainText("could not be read");
  }),
  state("alerts-open", async (page, shop) => {
    await produce(shop.brokerPort, "new_orders", "nothing of the shop's");
    await logIn(page);
    await expect(page.getByTestId("open-alerts")).toContainText("could not be read");
    await open(page, "/admin/alerts");
    await expect(page.getByTestId("alerts-open")).toBeVisible();
  }),
];
