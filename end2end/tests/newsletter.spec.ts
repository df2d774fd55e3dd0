// The newsletter without a mail server: from the form in the foot, with and without JavaScript and by keys alone, in and
// out again. The mails themselves are the integration tests'.

import { expect, test } from "../support/test";
import { askNewsletter, newsletterEmail, open } from "../support/pages";

test("from the foot of the page in, and out again", async ({ page }) => {
  await page.goto("/");
  await askNewsletter(page, "reader@example.com");
  await page.getByRole("link", { name: "Confirm the subscription" }).click();
  await expect(page.getByRole("heading", { name: "Do you want Pantry’s newsletter?" })).toBeVisible();
  const link = page.url();
  await page.getByRole("button", { name: "Yes, I want it" }).click();
  await expect(page.getByTestId("newsletter-joined")).toBeVisible();
  await expect(page).toHaveURL(/\/newsletter\/joined\?token=[0-9a-f]{32}$/);

  // Opened again, the link leads to the same.
  await page.goto(link);
  await page.getByRole("button", { name: "Yes, I want it" }).click();
  await page.getByRole("link", { name: "leave the newsletter" }).click();
  await page.getByRole("button", { name: "Yes, leave it" }).click();
  await expect(page.getByTestId("newsletter-left")).toBeVisible();
  await askNewsletter(page, "reader@example.com");
});

test("what is no address is said beside the field, and stays in it", async ({ page, watch }) => {
  watch.allowStatus(422);
  await page.goto("/my-orders");
  await page.getByTestId("newsletter-form").evaluate((form: HTMLFormElement) => (form.noValidate = true));
  await newsletterEmail(page).fill("nobody");
  await newsletterEmail(page).press("Enter");
  await expect(page.getByTestId("error-newsletter-email")).toContainText("like name@example.com");
  await expect(newsletterEmail(page)).toHaveValue("nobody");
  await expect(newsletterEmail(page)).toHaveAttribute("aria-invalid", "true");
  await expect(newsletterEmail(page)).toHaveAccessibleDescription(/like name@example.com/);
  await expect(page).toHaveURL(/\/newsletter$/);
});

test("the form is reached by keys, shows the focus, and fits the screen", async ({ page }) => {
  await page.goto("/");
  await newsletterEmail(page).focus();
  await expect(newsletterEmail(page)).toHaveAttribute("autocomplete", "email");
  const outline = await newsletterEmail(page).evaluate((field) => getComputedStyle(field).outlineStyle);
  expect(outline).not.toBe("none");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Subscribe" })).toBeFocused();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});

test("a link that is not known says so, and the owner's pages have no form", async ({ page, watch }) => {
  watch.allowStatus(404);
  await page.goto(`/newsletter/confirm?token=${"0".repeat(32)}`);
  await expect(page.getByTestId("newsletter-unknown")).toBeVisible();
  await expect(page.getByTestId("newsletter-form")).toHaveCount(1);
  await page.goto("/admin/login");
  await expect(page.getByTestId("newsletter-form")).toHaveCount(0);
});

test("none of its pages loads a module", async ({ page, javaScriptEnabled }) => {
  test.skip(javaScriptEnabled === false, "nothing is loaded without JavaScript");
  const modules: string[] = [];
  page.on("request", (request) => request.url().includes(".wasm") && modules.push(request.url()));
  for (const path of ["/newsletter", "/newsletter/asked", "/newsletter/joined", "/newsletter/left"]) await open(page, path);
  expect(modules).toEqual([]);
});
