// The owner asks whether orders, figures and files agree, and is told when they do not.

import { expect, test } from "../support/test";
import { logIn } from "../support/pages";
import { changeFirstRow, checkNow, verification } from "../support/verification";

test("a check is made when it is asked for", async ({ page, javaScriptEnabled }) => {
  await logIn(page, javaScriptEnabled);
  const time = await checkNow(page, "Everything agrees", javaScriptEnabled);
  await expect(verification(page)).toContainText(
    /Checked at .+ UTC: [\d,]+ orders?, the figures of [\d,]+ minutes?, all files and the roll-ups\./,
  );
  await expect(page.getByTestId("differences")).toHaveCount(0);
  const agree = `Orders, figures and files agree, checked at ${time.slice(0, -":00".length)}`;
  await expect(page.getByTestId("facts")).toContainText(agree);
});

test("a figure that somebody changed in a file is found, and no longer once it is put back", async ({
  page,
  shop,
  javaScriptEnabled,
}) => {
  await logIn(page, javaScriptEnabled);
  const { minute, was, is, putBack } = await changeFirstRow(shop);
  try {
    await checkNow(page, "1 minute differs", javaScriptEnabled);
    const cells = page.getByTestId("differences").getByRole("row").nth(1).getByRole("cell");
    await expect(cells).toHaveText([minute, "figures = orders.csv", "total_orders_num", was, is]);
    await expect(page.getByTestId("differences").getByRole("row")).toHaveCount(2);
    await expect(page.getByTestId("facts")).toContainText("Orders, figures and files do not agree: see below");
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(excess).toBeLessThanOrEqual(0);
  } finally {
    putBack();
  }
  await checkNow(page, "Everything agrees", javaScriptEnabled);
  await expect(page.getByTestId("differences")).toHaveCount(0);
});
