// Feedback: given once on a receipt, with and without JavaScript, by keys alone, and read by the owner.

import { expect, test } from "../support/test";
import { figure, giveFeedback, hydrated, logIn, open } from "../support/pages";
import { receiptOfSalt } from "../support/states";

test.beforeEach(async ({ page, javaScriptEnabled }) => {
  if (javaScriptEnabled) return receiptOfSalt(page);
  await page.goto("/order-new");
  await page.getByTestId("quantity-salt").fill("1");
  await page.getByLabel("E-mail address").fill("a@example.com");
  await page.getByRole("button", { name: "Make an order" }).click();
});

test("stars and a line are given once, stay on the receipt, and the owner reads them", async ({
  page,
  javaScriptEnabled,
}) => {
  const address = page.url();
  const number = await page.getByTestId("order-number").textContent();
  const comment = `Quick & <fresh>, order ${number}`;
  await giveFeedback(page, 4, comment);
  await expect(page).toHaveURL(`${address}#feedback`);
  await expect(page.getByRole("img", { name: "4 stars of 5" })).toBeVisible();
  await page.goto(address);
  await expect(page.getByTestId("feedback-given")).toContainText(comment);
  await expect(page.getByRole("radio")).toHaveCount(0);

  await logIn(page, javaScriptEnabled);
  const line = page.getByTestId("latest-feedback").getByRole("listitem").filter({ hasText: comment });
  await expect(line.getByRole("img", { name: "4 stars of 5" })).toBeVisible();
  await expect(async () => {
    if (!javaScriptEnabled) await page.reload();
    expect(await figure(page, "tile-feedback")).toBeGreaterThan(0);
  }).toPass({ timeout: 15_000 });
});

test("what is missing is said beside the stars, and what was typed stays", async ({
  page,
  javaScriptEnabled,
  watch,
}) => {
  watch.allowStatus(422);
  await page.getByLabel("In a line").fill("No stars yet");
  await page.getByRole("button", { name: "Send" }).click();
  // The browser itself asks for the stars first.
  await expect(page.getByRole("radio", { name: "1 star" })).toBeFocused();
  if (!javaScriptEnabled) return;
  await page.getByTestId("feedback").locator("form").evaluate((form: HTMLFormElement) => (form.noValidate = true));
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByTestId("feedback-problem")).toHaveText("Choose one to five stars.");
  await hydrated(page);
  await expect(page.getByLabel("In a line")).toHaveValue("No stars yet");
  await giveFeedback(page, 2, "No stars yet");
});

test("keys alone give feedback", async ({ page, javaScriptEnabled }) => {
  if (javaScriptEnabled) await hydrated(page);
  await page.getByRole("radio", { name: "1 star" }).focus();
  await page.keyboard.press("Space");
  for (let star = 1; star < 5; star++) await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("radio", { name: "5 stars" })).toBeChecked();
  await page.keyboard.press("Tab");
  await page.keyboard.type("By keys");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("feedback-given")).toContainText("By keys");
});

test("a second opinion of the same order is refused and changes nothing", async ({ page, context, watch }) => {
  watch.allowStatus(409);
  const address = page.url();
  const other = await context.newPage();
  await other.goto(address);
  await giveFeedback(page, 5, "The first");
  await other.getByRole("radio", { name: "1 star" }).check();
  await other.getByRole("button", { name: "Send" }).click();
  await expect(other.getByTestId("feedback-problem")).toContainText("You told us about this order before");
  await expect(other.getByTestId("feedback-given")).toContainText("The first");
  await other.close();
});
