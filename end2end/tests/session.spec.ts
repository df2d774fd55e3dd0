// The way in and what happens where a session runs out: nothing that was asked for or typed is lost.

import { expect, test } from "../support/test";
import { hydrated, logIn } from "../support/pages";
import { Shop } from "../support/shop";

const SHARED = "/admin/metrics?range=7d&compare=week";

test("a shared range is shown after the log-in, also after a wrong password", async ({ page, watch, javaScriptEnabled }) => {
  watch.allowStatus(422);
  const tryPassword = async (password: string) => {
    if (javaScriptEnabled) await hydrated(page);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Log in" }).click();
  };
  await page.goto(SHARED);
  await expect(page).toHaveURL(/\/admin\/login\?next=/);
  await tryPassword("not the password");
  await expect(page.getByTestId("login-failure")).toBeVisible();
  await tryPassword(Shop.password);
  await expect(page).toHaveURL(SHARED);
  await expect(page.getByRole("link", { name: "7 days" })).toHaveAttribute("aria-current", "true");
  if (javaScriptEnabled) await hydrated(page);
});

test("a form that was sent without a session is sent once more after a log-in in another tab", async ({ page, context, watch, javaScriptEnabled }) => {
  watch.allowStatus(401);
  await logIn(page, javaScriptEnabled);
  await page.goto("/admin/alerts");
  if (javaScriptEnabled) await hydrated(page);
  await context.clearCookies();
  // Another number than whoever shares the shop keeps.
  const minutes = javaScriptEnabled ? "17" : "23";
  await page.getByLabel("Minutes without an order").fill(minutes);
  await page.getByRole("button", { name: "Keep these rules" }).click();
  await expect(page.getByRole("heading", { name: "You are not logged in" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("nothing was done");

  const opened = context.waitForEvent("page");
  await page.getByRole("link", { name: "Log in, in a new tab" }).click();
  const tab = await opened;
  if (javaScriptEnabled) await hydrated(tab);
  await tab.getByLabel("Password").fill(Shop.password);
  await tab.getByRole("button", { name: "Log in" }).click();
  await expect(tab).toHaveURL(/\/admin\/metrics$/);
  if (javaScriptEnabled) await hydrated(tab);
  await tab.close();

  await page.reload();
  await expect(page.getByLabel("Minutes without an order")).toHaveValue(minutes);
  await expect(page).toHaveURL(/\/admin\/alerts\?kept=rules$/);
  if (javaScriptEnabled) await hydrated(page);
});
