// The owner's account: password, sessions, second factor and the key for cookies, with and without JavaScript. Each test
// leaves the shop's password as it was, and the second factor off.

import type { Page } from "@playwright/test";
import { expect, test } from "../support/test";
import { codeAt } from "../support/authenticator";
import { hydrated, logIn } from "../support/pages";
import { Shop } from "../support/shop";

const ACCOUNT = "/admin/account";
const OTHER_PASSWORD = "the owner's other password";

async function arrived(page: Page, hasJavaScript: boolean): Promise<void> {
  await page.waitForLoadState("load");
  if (hasJavaScript) await hydrated(page);
}

async function openAccount(page: Page, hasJavaScript: boolean): Promise<void> {
  await page.goto(ACCOUNT);
  await arrived(page, hasJavaScript);
}

async function expectNoExcess(page: Page): Promise<void> {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(excess).toBeLessThanOrEqual(0);
}

async function changePassword(page: Page, current: string, next: string, repeated = next): Promise<void> {
  const form = page.getByTestId("password");
  await form.getByLabel("Current password").fill(current);
  await form.getByLabel("New password, at least 8 characters").fill(next);
  await form.getByLabel("New password again").fill(repeated);
  await form.getByRole("button", { name: "Change the password" }).click();
}

test("the password is changed, and what is wrong with it stands beside its field", async ({ page, browser, shop, watch, javaScriptEnabled }) => {
  const hasJavaScript = javaScriptEnabled !== false;
  watch.allowStatus(422);
  await logIn(page, hasJavaScript);
  await page.getByRole("link", { name: "Account", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Account", level: 1 })).toBeVisible();
  await openAccount(page, hasJavaScript);
  await expect(page).toHaveTitle("Account · Pantry");
  await changePassword(page, Shop.password, OTHER_PASSWORD, "another one");
  await expect(page.getByTestId("error-password-repeated")).toBeVisible();
  await expect(page.getByLabel("New password again")).toHaveAttribute("aria-invalid", "true");
  await arrived(page, hasJavaScript);
  await changePassword(page, "not the password", OTHER_PASSWORD);
  await expect(page.getByTestId("error-password-current")).toBeVisible();
  await arrived(page, hasJavaScript);

  const elsewhere = await browser.newContext({ baseURL: shop.url });
  const login = { form: { password: Shop.password }, maxRedirects: 0 };
  expect((await elsewhere.request.post("/admin/login", login)).status()).toBe(303);
  await changePassword(page, Shop.password, OTHER_PASSWORD);
  await expect(page.getByTestId("account-news")).toContainText("The password is changed");
  await expect(page).toHaveURL(/\/admin\/account\?done=password$/);
  await arrived(page, hasJavaScript);
  expect((await elsewhere.request.get(ACCOUNT, { maxRedirects: 0 })).status()).toBe(303);
  expect((await elsewhere.request.post("/admin/login", login)).status()).toBe(422);
  await elsewhere.close();

  await changePassword(page, OTHER_PASSWORD, Shop.password);
  await expect(page.getByTestId("account-news")).toBeVisible();
  await arrived(page, hasJavaScript);
});

test("sessions are listed with their browser, and ended", async ({ page, browser, shop, javaScriptEnabled }) => {
  const hasJavaScript = javaScriptEnabled !== false;
  await logIn(page, hasJavaScript);
  const elsewhere = await browser.newContext({ baseURL: shop.url, userAgent: "Mozilla/5.0 (iPad; CPU OS 18_6) Safari/604.1" });
  const login = { form: { password: Shop.password }, maxRedirects: 0 };
  expect((await elsewhere.request.post("/admin/login", login)).status()).toBe(303);
  await openAccount(page, hasJavaScript);
  await expectNoExcess(page);
  await expect(page.getByTestId("sessions").getByText("This one")).toHaveCount(1);
  await page.getByRole("button", { name: /^Sign out Safari on iPad/ }).first().click();
  await expect(page.getByTestId("account-news")).toContainText("The session has ended");
  await arrived(page, hasJavaScript);
  expect((await elsewhere.request.get(ACCOUNT, { maxRedirects: 0 })).status()).toBe(303);
  expect((await elsewhere.request.post("/admin/login", login)).status()).toBe(303);
  await elsewhere.close();
  await openAccount(page, hasJavaScript);
  await page.getByRole("button", { name: "Sign out all others" }).click();
  await expect(page.getByTestId("account-news")).toContainText("All other sessions");
  await expect(page.getByTestId("sessions").getByRole("listitem")).toHaveCount(1);
  await arrived(page, hasJavaScript);
  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(page).toHaveURL(/\/admin\/login$/);
  await arrived(page, hasJavaScript);
});

test("a second factor is set up, asked for, and turned off", async ({ page, watch, javaScriptEnabled }) => {
  const hasJavaScript = javaScriptEnabled !== false;
  watch.allowStatus(422);
  await logIn(page, hasJavaScript);
  await openAccount(page, hasJavaScript);
  await page.getByTestId("begin-factor").getByLabel("Current password").fill(Shop.password);
  await page.getByRole("button", { name: "Set it up" }).click();
  const picture = page.getByRole("img", { name: "QR code of the secret" });
  await expect(picture).toBeVisible();
  await arrived(page, hasJavaScript);
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(100);
  await expectNoExcess(page);
  const secret = (await page.getByTestId("factor-secret").textContent()) ?? "";

  await page.getByLabel("Code from the app").fill("000000");
  await page.getByRole("button", { name: "Turn it on" }).click();
  await expect(page.getByTestId("error-confirm-factor-code")).toBeVisible();
  await arrived(page, hasJavaScript);
  await page.getByLabel("Code from the app").fill(codeAt(secret, Date.now()));
  await page.getByRole("button", { name: "Turn it on" }).click();
  const codes = page.getByTestId("recovery-codes").getByRole("listitem");
  await expect(codes).toHaveCount(10);
  const [signInCode, offCode] = await codes.allTextContents();
  await arrived(page, hasJavaScript);
  await expectNoExcess(page);
  await openAccount(page, hasJavaScript);
  await expect(page.getByTestId("recovery-codes")).toHaveCount(0);
  await expect(page.getByTestId("factor-on")).toContainText("10 recovery codes are left");

  await page.context().clearCookies();
  await page.goto("/admin/login");
  await arrived(page, hasJavaScript);
  await page.getByLabel("Password").fill(Shop.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByLabel("Code")).toBeVisible();
  await arrived(page, hasJavaScript);
  await page.getByLabel("Code").fill("000000");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByTestId("login-failure")).toContainText("The password or the code is not right");
  await arrived(page, hasJavaScript);
  await page.getByLabel("Code").fill(signInCode);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page).toHaveURL(/\/admin\/metrics$/);
  await arrived(page, hasJavaScript);

  await openAccount(page, hasJavaScript);
  await page.getByText("Turn it off", { exact: true }).first().click();
  const ending = page.getByTestId("end-factor");
  await ending.getByLabel("Current password").fill(Shop.password);
  await ending.getByLabel("Code from the app, or a recovery code").fill(offCode);
  await ending.getByRole("button", { name: "Turn it off" }).click();
  await expect(page.getByTestId("account-news")).toContainText("The second factor is off");
  await arrived(page, hasJavaScript);
});

test("the key for cookies is renewed, and customers keep their orders", async ({ page, javaScriptEnabled }) => {
  const hasJavaScript = javaScriptEnabled !== false;
  await logIn(page, hasJavaScript);
  await openAccount(page, hasJavaScript);
  await page.getByRole("button", { name: "Renew the key" }).click();
  await expect(page.getByTestId("account-news")).toContainText("The key is renewed");
  await expect(page.getByTestId("keys-renewed")).toContainText("Renewed last");
  await arrived(page, hasJavaScript);
});
