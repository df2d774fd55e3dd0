// A shop whose Kafka is away: it sells all the same, and says to its owner what waits and since when.

import { expect, test } from "../support/test";
import { email, figure, hydrated, logIn, makeOrder, openOrderForm } from "../support/pages";
import { orderNumber, orderSalt, quantity } from "../support/pages";

test.use({ broker: "away" });

/** A view of the form, the order, and a view of the receipt. */
const EVENTS_OF_AN_ORDER = 3;

test("orders are taken, and the owner is told what waits", async ({ page, request, javaScriptEnabled }) => {
  const hasJavaScript = javaScriptEnabled !== false;
  await openOrderForm(page, hasJavaScript);
  await quantity(page, "salt").fill("1");
  await email(page).fill("customer@example.com");
  await makeOrder(page).click();
  const first = await orderNumber(page);
  await expect(page.getByTestId("order-total")).toHaveText("€0.65");
  if (hasJavaScript) await hydrated(page);

  await logIn(page, hasJavaScript);
  await page.evaluate(() => document.body.setAttribute("data-same-page", ""));
  const told = page.getByTestId("facts");
  const toldOf = (events: number) =>
    expect(async () => {
      if (!hasJavaScript) await page.reload();
      const words = new RegExp(`Kafka unreachable since .*\\d\\d:\\d\\d, ${events} events waiting, nothing lost`);
      await expect(told).toHaveText(words, { timeout: 500 });
    }).toPass({ timeout: 20_000 });
  await toldOf(EVENTS_OF_AN_ORDER);
  await expect(told).toContainText("Figures are complete up to");

  await page.getByText("From event to figure").click();
  const panel = page.getByTestId("pipeline");
  const broker = panel.getByTestId("pipeline-broker");
  await expect(broker).toBeVisible();
  const noAnswer = /^No answer since (.*\d\d:\d\d):\d\d UTC$/;
  await expect(broker).toHaveText(noAnswer);
  const since = noAnswer.exec(`${await broker.textContent()}`)?.[1];
  await expect(told).toContainText(`Kafka unreachable since ${since},`);
  await expect(panel).toContainText("The shop keeps selling; the figures catch up when it is back.");
  await expect(panel.getByTestId("pipeline-outbox")).toHaveText(`${EVENTS_OF_AN_ORDER} events`);

  expect(await orderSalt(request)).toBe(first + 1);
  await toldOf(2 * EVENTS_OF_AN_ORDER);
  // What waits is not counted yet.
  expect(await figure(page, "today-orders")).toBe(0);
  await expect(page.locator("body[data-same-page]")).toHaveCount(hasJavaScript ? 1 : 0);
});

test("what the panel says of it can be read", async ({ page, javaScriptEnabled }) => {
  await logIn(page, javaScriptEnabled);
  await page.getByText("From event to figure").click();
  await expect(page.getByTestId("pipeline-broker")).toBeVisible();
  await expect(page.getByTestId("pipeline-broker")).toContainText("No answer since");
  const covered = await page.getByTestId("pipeline").locator("dl > div").evaluateAll((lines) => {
    const place = (text: Element | null) => {
      const range = document.createRange();
      if (text) range.selectNodeContents(text);
      return range.getBoundingClientRect();
    };
    const isCovered = (line: Element) => {
      const [name, value] = [place(line.querySelector("dt")), place(line.querySelector(".status-value"))];
      return name.right > value.left && name.bottom > value.top && value.bottom > name.top;
    };
    return lines.filter(isCovered).map((line) => line.textContent);
  });
  expect(covered).toEqual([]);
});
