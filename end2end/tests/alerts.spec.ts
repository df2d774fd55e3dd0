// The owner's alerts: rules are kept or refused beside their fields, an alert is told at once, sent, and kept as history;
// with and without JavaScript.

import type { Page } from "@playwright/test";
import { expect, test } from "../support/test";
import { discardLetters, hydrated, logIn } from "../support/pages";
import { produce } from "../support/record";

const ALERTS = "/admin/alerts";
const DEADLINE = { timeout: 20_000 };

/** Waits until all of a page has arrived, so that leaving it breaks nothing off. */
async function arrived(page: Page, hasJavaScript: boolean): Promise<void> {
  await page.waitForLoadState("load");
  if (hasJavaScript) await hydrated(page);
}

async function openAlerts(page: Page, hasJavaScript: boolean): Promise<void> {
  await page.goto(ALERTS);
  await arrived(page, hasJavaScript);
}

async function expectNoExcess(page: Page): Promise<void> {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(excess).toBeLessThanOrEqual(0);
}

test("rules are refused beside their fields, and kept once they are right", async ({ page, watch, javaScriptEnabled }) => {
  const hasJavaScript = javaScriptEnabled !== false;
  watch.allowStatus(422);
  await logIn(page, hasJavaScript);
  await page.getByRole("link", { name: "Alerts", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Alerts", level: 1 })).toBeVisible();
  await openAlerts(page, hasJavaScript);
  await page.getByLabel("No orders", { exact: true }).check();
  await page.getByLabel("Minutes without an order").fill("an hour");
  await page.getByLabel("Opens at").fill("18:00");
  await page.getByLabel("Closes at").fill("02:30");
  await page.getByRole("button", { name: "Keep these rules" }).click();
  await expect(page.getByTestId("rules-refusal")).toBeVisible();
  await arrived(page, hasJavaScript);
  const field = page.getByLabel("Minutes without an order");
  await expect(field).toHaveValue("an hour");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveAccessibleDescription(/from 5 to 1440/);
  await expect(page.getByLabel("Opens at")).toHaveValue("18:00");
  await expect(page.getByLabel("No orders", { exact: true })).toBeChecked();
  await expectNoExcess(page);

  await field.fill("45");
  await page.getByRole("button", { name: "Keep these rules" }).press("Enter");
  await expect(page.getByTestId("alerts-news")).toHaveText("The rules are kept.");
  await arrived(page, hasJavaScript);
  await openAlerts(page, hasJavaScript);
  await expect(page.getByLabel("Minutes without an order")).toHaveValue("45");
  await expect(page.getByLabel("Closes at")).toHaveValue("02:30");
  // As it was, for the tests that share this shop.
  await page.getByLabel("No orders", { exact: true }).uncheck();
  await page.getByRole("button", { name: "Keep these rules" }).click();
  await expect(page.getByTestId("alerts-news")).toBeVisible();
  await arrived(page, hasJavaScript);
});

test("a rule on a measure is refused beside its field, kept, changed and deleted", async ({ page, watch, javaScriptEnabled }) => {
  const hasJavaScript = javaScriptEnabled !== false;
  watch.allowStatus(422);
  await logIn(page, hasJavaScript);
  await page.goto("/admin/streams/subscriptions");
  await arrived(page, hasJavaScript);
  await page.getByRole("link", { name: "Add an alert" }).click();
  await expect(page).toHaveURL(/\/admin\/alerts\?stream=subscriptions#measure-rule-add$/);
  await arrived(page, hasJavaScript);
  await expect(page.getByTestId("measure-rules-none")).toBeVisible();
  const form = page.getByTestId("measure-rule-new");
  const measure = form.getByRole("combobox", { name: "Measure" });
  await expect(measure).toHaveValue("subscriptions/joined_num");
  await measure.selectOption({ label: "Orders, the price of these orders, in euros" });
  await form.getByRole("combobox", { name: "Is above or below" }).selectOption("below");
  await form.getByLabel("Value").fill("1,000");
  await form.getByLabel("Over so many minutes").fill("60");
  await form.getByRole("button", { name: "Add this rule" }).click();
  await expect(page.getByTestId("measure-refusal")).toBeVisible();
  await arrived(page, hasJavaScript);
  const value = form.getByLabel("Value");
  await expect(value).toHaveValue("1,000");
  await expect(value).toHaveAttribute("aria-invalid", "true");
  await expect(value).toHaveAccessibleDescription(/at most 2 digits after the point/);
  await expect(measure).toHaveValue("new_orders/total_orders_price");
  await expect(form.getByRole("combobox", { name: "Is above or below" })).toHaveValue("below");
  await expectNoExcess(page);

  await value.fill("0.01");
  await value.press("Enter");
  await expect(page.getByTestId("alerts-news")).toContainText("The rule is added.");
  await arrived(page, hasJavaScript);
  const rules = page.getByTestId("measure-rules");
  await expect(rules).toContainText("Orders, the price of these orders: below €0.01 over 60 minutes");
  await rules.getByText("Orders, the price of these orders").click();
  await rules.getByLabel("Watch it").uncheck();
  await rules.getByLabel("Value, in euros").fill("45.5");
  await rules.getByRole("button", { name: "Keep this rule" }).click();
  await expect(page.getByTestId("alerts-news")).toHaveText("The rule is changed.");
  await arrived(page, hasJavaScript);
  await expect(rules).toContainText("below €45.50 over 60 minutes (off)");
  await expectNoExcess(page);
  await rules.getByText("Orders, the price of these orders").click();
  await rules.getByRole("button", { name: "Delete this rule" }).click();
  await expect(page.getByTestId("alerts-news")).toContainText("The rule is deleted.");
  await expect(page.getByTestId("measure-rules-none")).toBeVisible();
  await arrived(page, hasJavaScript);
});

test("an alert is told at once, sent, and kept when it is over", async ({ page, shop, javaScriptEnabled }) => {
  const hasJavaScript = javaScriptEnabled !== false;
  await logIn(page, hasJavaScript);
  await discardLetters(page);
  const told = page.getByTestId("open-alerts");
  /** Without JavaScript the dashboard loads itself again, but not so soon. */
  const toShow = (check: () => Promise<void>) =>
    expect(async () => {
      if (!hasJavaScript) await page.reload();
      await check();
    }).toPass(DEADLINE);
  await toShow(() => expect(told).toBeEmpty({ timeout: 1_000 }));
  const before = shop.receiver.messages.length;

  await produce(shop.brokerPort, "new_orders", `nothing of ${Date.now()}`);
  await toShow(() => expect(told).toContainText("Dead letters 1 record could not be read. Since", { timeout: 1_000 }));
  await expect(told).toHaveAttribute("role", "alert");
  // What is found meanwhile changes in silence.
  await expect(told.locator(".alert-words")).toHaveAttribute("aria-live", "off");
  await expectNoExcess(page);
  const own = () => shop.receiver.messages.slice(before).filter(({ alert }) => alert?.rule === "dead_letters");
  await expect.poll(() => own().map(({ event }) => event), DEADLINE).toContain("alert.began");

  await arrived(page, hasJavaScript);
  await told.getByRole("link", { name: "See alerts" }).click();
  await expect(page.getByTestId("alerts-open")).toContainText("1 record could not be read.");
  await arrived(page, hasJavaScript);
  await discardLetters(page);
  await expect.poll(() => own().map(({ event }) => event), DEADLINE).toContain("alert.ended");
  await openAlerts(page, hasJavaScript);
  await expect(page.getByTestId("alerts-none")).toBeVisible();
  await expect(page.getByTestId("alerts-ended").getByRole("row").nth(1)).toContainText("1 record could not be read.");
  await expectNoExcess(page);

  // The last one, on the page of those that ended before it or not, and back.
  await page.goto("/admin/alerts?skip=1");
  await arrived(page, hasJavaScript);
  const last = await page.getByTestId("alerts-ended").getByRole("row").count();
  await page.getByRole("link", { name: "Later alerts" }).click();
  await expect(page).toHaveURL(/\?skip=0$/);
  await expect(page.getByTestId("alerts-ended").getByRole("row")).toHaveCount(last === 0 ? 2 : last + 1);
  await expect(page.getByRole("link", { name: "Later alerts" })).toHaveCount(0);
  await arrived(page, hasJavaScript);
});

test("a test reaches the receiver", async ({ page, shop, javaScriptEnabled }) => {
  const hasJavaScript = javaScriptEnabled !== false;
  await logIn(page, hasJavaScript);
  await openAlerts(page, hasJavaScript);
  await expect(page.getByTestId("webhook-host")).toHaveText(/^http:\/\/127\.0\.0\.1:\d+$/);
  const before = shop.receiver.messages.length;
  await page.getByRole("button", { name: "Send a test" }).click();
  await expect(page.getByTestId("alerts-news")).toContainText("A test is on its way");
  await arrived(page, hasJavaScript);
  await expect.poll(() => shop.receiver.messages.slice(before).map(({ event }) => event), DEADLINE).toContain("test");
  await expect(async () => {
    await page.reload();
    await expect(page.getByTestId("deliveries").getByRole("row").nth(1)).toContainText(/Test\s*Delivered/, { timeout: 500 });
  }).toPass(DEADLINE);
  await arrived(page, hasJavaScript);
});
