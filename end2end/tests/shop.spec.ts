// The shop's journeys, the same with and without JavaScript, on every size of screen and in every time zone.

import { expect, test } from "../support/test";
import { email, hydrated, makeOrder, openOrderForm, orderNumber, quantity } from "../support/pages";

test("an order from the first page to the receipt", async ({ page, javaScriptEnabled }) => {
  await page.goto("/");
  await expect(page.getByTestId("good-card")).toHaveCount(10);
  await expect(page.getByTestId("good-card").filter({ hasText: "€2.40" })).toHaveCount(1);
  if (javaScriptEnabled) await hydrated(page);
  await page.getByRole("link", { name: "New order" }).click();

  await expect(page).toHaveURL(/\/order-new$/);
  await quantity(page, "soap").fill("2");
  await quantity(page, "rice").fill("1");
  await email(page).fill("customer@example.com");
  await page.getByLabel("Pay now").check();
  if (javaScriptEnabled) await expect(page.getByTestId("total")).toHaveText("€5.40");
  await makeOrder(page).click();

  expect(await orderNumber(page)).toBeGreaterThan(0);
  await expect(page.getByTestId("order-line")).toHaveCount(2);
  await expect(page.getByTestId("order-line").filter({ hasText: "€3.00" })).toContainText("2");
  await expect(page.getByTestId("order-total")).toHaveText("€5.40");
  await expect(page.getByTestId("payment")).toHaveText("Paid now");
});

test("an order on credit", async ({ page, javaScriptEnabled }) => {
  await openOrderForm(page, javaScriptEnabled);
  await quantity(page, "paper").fill("99");
  await email(page).fill("customer@example.com");
  await makeOrder(page).click();
  await orderNumber(page);
  await expect(page.getByTestId("order-total")).toHaveText("€405.90");
  await expect(page.getByTestId("payment")).toHaveText("On credit");
});

const MANY = Object.fromEntries(["rice", "pasta", "flour", "beans", "oil", "salt"].map((slug) => [slug, "99"]));
const WRONG = [
  { what: "no e-mail address", typed: { rice: "1" }, email: "", error: "error-email", message: /Enter your e-mail/ },
  { what: "a malformed e-mail address", typed: { rice: "1" }, email: "a@b", error: "error-email", message: /like name@/ },
  { what: "two at signs", typed: { rice: "1" }, email: "a@b@c.de", error: "error-email", message: /like name@/ },
  { what: "too long an e-mail address", typed: { rice: "1" }, email: `${"a".repeat(250)}@b.de`, error: "error-email", message: /at most 254/ },
  { what: "more than 99 of a good", typed: { rice: "100" }, error: "error-quantity-rice", message: /from 0 to 99/ },
  { what: "less than none of a good", typed: { tea: "-1" }, error: "error-quantity-tea", message: /from 0 to 99/ },
  { what: "half a good", typed: { milk: "1.5" }, error: "error-quantity-milk", message: /from 0 to 99/ },
  { what: "nothing", typed: {}, error: "error-goods", message: /at least one good/ },
  { what: "more than 500 goods", typed: MANY, error: "error-goods", message: /At most 500 .* 594/ },
];

for (const { what, typed, email: address = "a@example.com", error, message } of WRONG) {
  test(`ordering ${what} is refused beside the field, and what was typed stays`, async ({ page, watch, javaScriptEnabled }) => {
    watch.allowStatus(422);
    await openOrderForm(page, javaScriptEnabled);
    for (const [slug, text] of Object.entries(typed)) await quantity(page, slug).fill(text);
    await email(page).fill(address);
    await page.getByLabel("Pay now").check();
    await makeOrder(page).click();

    await expect(page.getByTestId(error)).toHaveText(message);
    await expect(page.locator(`[aria-describedby~="${error}"]`)).toHaveCount(1);
    await expect(page).toHaveURL(/\/order-new$/);
    for (const [slug, text] of Object.entries(typed)) await expect(quantity(page, slug)).toHaveValue(text);
    await expect(email(page)).toHaveValue(address);
    await expect(page.getByLabel("Pay now")).toBeChecked();
  });
}

test("what is no number at all is told beside the field", async ({ page, javaScriptEnabled }) => {
  await openOrderForm(page, javaScriptEnabled);
  await quantity(page, "rice").fill("1");
  // A number field takes these letters, but no script can read them; a browser posts nothing in their place.
  await quantity(page, "oil").pressSequentially("1e");
  await email(page).fill("a@example.com");
  const line = page.getByTestId("quantity-oil").locator("xpath=ancestor::li");
  await expect(line.getByText("Enter a whole number from 0 to 99.")).toBeVisible();
  if (!javaScriptEnabled) return;
  await makeOrder(page).click();
  await expect(page.getByTestId("error-quantity-oil")).toHaveText(/from 0 to 99/);
  await expect(line.getByText("Enter a whole number from 0 to 99.").filter({ visible: true })).toHaveCount(1);
  await expect(quantity(page, "oil")).toBeFocused();
  await expect(page).toHaveURL(/\/order-new$/);
});

test("a card adds its good to a new order", async ({ page, javaScriptEnabled }) => {
  await page.goto("/");
  if (javaScriptEnabled) await hydrated(page);
  await page.getByRole("link", { name: "Add Black tea to an order" }).click();
  await expect(page).toHaveURL(/\/order-new\?add=tea$/);
  await expect(quantity(page, "tea")).toHaveValue("1");
  await expect(quantity(page, "rice")).toHaveValue("");
  if (javaScriptEnabled) await expect(page.getByTestId("total")).toHaveText("€2.95");
  await email(page).fill("card@example.com");
  await makeOrder(page).click();
  await orderNumber(page);
  await expect(page.getByTestId("order-total")).toHaveText("€2.95");
});

for (const slug of ["caviar", "", "RICE", "%00", "<script>"]) {
  test(`adding "${slug}", which is not sold, opens an empty form`, async ({ page }) => {
    const answer = await page.goto(`/order-new?add=${slug}`);
    expect(answer?.status()).toBe(200);
    for (const field of await page.locator(".quantity").all()) await expect(field).toHaveValue("");
  });
}

test("an order is made again from its receipt", async ({ page, javaScriptEnabled }) => {
  await openOrderForm(page, javaScriptEnabled);
  await quantity(page, "soap").fill("2");
  await quantity(page, "rice").fill("3");
  await email(page).fill("again@example.com");
  await makeOrder(page).click();
  const first = await orderNumber(page);

  await page.getByRole("link", { name: "Order these goods again" }).click();
  await expect(page.getByTestId("form-note")).toContainText(`The goods of order ${first}`);
  await expect(quantity(page, "soap")).toHaveValue("2");
  await expect(quantity(page, "rice")).toHaveValue("3");
  await expect(email(page)).toHaveValue("");
  await email(page).fill("again@example.com");
  await makeOrder(page).click();
  await expect(page.getByTestId("order-number")).not.toHaveText(`${first}`);
  expect(await orderNumber(page)).toBeGreaterThan(first);
  await expect(page.getByTestId("order-total")).toHaveText("€10.20");
});

test("a receipt on paper is the receipt alone", async ({ page, javaScriptEnabled }) => {
  await openOrderForm(page, javaScriptEnabled);
  await quantity(page, "soap").fill("2");
  await quantity(page, "rice").fill("1");
  await email(page).fill("paper@example.com");
  await makeOrder(page).click();
  const number = await orderNumber(page);
  if (javaScriptEnabled) await hydrated(page);
  const pressed = page.locator("a.button, button, input").filter({ visible: true });
  await expect(page.getByRole("contentinfo")).toBeVisible();
  expect(await pressed.count()).toBeGreaterThan(0);

  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("navigation")).toHaveCount(0);
  await expect(page.getByRole("contentinfo")).toHaveCount(0);
  await expect(pressed).toHaveCount(0);
  // Of the header the shop's name alone, for whoever finds the paper.
  await expect(page.getByRole("banner")).toHaveText("Pantry", { useInnerText: true });
  await expect(page.getByTestId("order-number")).toBeVisible();
  await expect(page.getByTestId("order-number")).toHaveText(`${number}`);
  await expect(page.getByTestId("order-line").filter({ visible: true })).toHaveCount(2);
  await expect(page.getByTestId("order-line").filter({ hasText: "€3.00" })).toBeVisible();
  await expect(page.getByTestId("order-total")).toBeVisible();
  await expect(page.getByTestId("order-total")).toHaveText("€5.40");
});

test("an order that cannot be found is not made again", async ({ page }) => {
  await page.goto(`/order-new?again=${"f".repeat(32)}`);
  await expect(page.getByTestId("form-note")).toContainText("cannot find the order");
  await expect(quantity(page, "rice")).toHaveValue("");
});

test("the focus moves to the first field that is wrong", async ({ page, watch, javaScriptEnabled }) => {
  watch.allowStatus(422);
  await openOrderForm(page, javaScriptEnabled);
  await quantity(page, "beans").fill("100");
  await makeOrder(page).click();
  await expect(page.getByTestId("error-quantity-beans")).toBeVisible();
  await expect(page.getByTestId("error-email")).toBeVisible();
  await expect(quantity(page, "beans")).toBeFocused();
});

test("a mistake is mended and ordered", async ({ page, watch, javaScriptEnabled }) => {
  watch.allowStatus(422);
  await openOrderForm(page, javaScriptEnabled);
  await quantity(page, "salt").fill("3");
  await makeOrder(page).click();
  await expect(page.getByTestId("error-email")).toBeVisible();
  await email(page).fill("customer@example.com");
  await makeOrder(page).click();
  await orderNumber(page);
  await expect(page.getByTestId("order-total")).toHaveText("€1.95");
});

for (const token of ["", "0", "1", "f".repeat(32), "f".repeat(33), "%00", "../admin"]) {
  test(`the token "${token}" belongs to no order`, async ({ page, watch }) => {
    watch.allowStatus(404);
    const answer = await page.goto(`/order-new-complete?order=${token}`);
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("We cannot find this order");
    await expect(page.getByRole("link", { name: "Back to the shop" })).toBeVisible();
  });
}

test("a path that is no page is a 404 that looks like the shop", async ({ page, watch }) => {
  watch.allowStatus(404);
  const answer = await page.goto("/no-such-shelf");
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("link", { name: "Pantry" })).toBeVisible();
});

for (const path of ["/", "/order-new", "/order-new?add=rice", "/my-orders"]) {
  test(`${path} fits the screen`, async ({ page }) => {
    await page.goto(path);
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(excess).toBeLessThanOrEqual(0);
  });
}
