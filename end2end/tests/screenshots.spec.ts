// Pictures for the README, written only when SCREENSHOTS is set: `SCREENSHOTS=1 npx playwright test --project screenshots`.

import { resolve } from "node:path";
import { expect, test } from "../support/test";
import { freshForm, hydrated, logIn, post } from "../support/pages";

const file = (name: string) => resolve(import.meta.dirname, "../../docs", name);

const SAID = [
  { stars: "5", comment: "Quick, and all of it fresh." },
  { stars: "4", comment: "Good goods, plain box." },
  { stars: "5", comment: "" },
];

test("shop and dashboard", async ({ page, request }) => {
  test.setTimeout(300_000);
  await page.goto("/");
  await hydrated(page);
  await page.screenshot({ path: file("shop.png") });

  // A few minutes of trade, so that the charts have something to show.
  const end = Date.now() + Number(process.env.SCREENSHOTS) * 60_000;
  for (let count = 1; Date.now() < end; count++) {
    const form = { ...(await freshForm(request)), "quantity[rice]": `${1 + (count % 3)}`, "quantity[tea]": "1" };
    if (count % 4 === 0) {
      const receipt = (await post(request, count % 3 ? { ...form, pay_now: "on" } : form)).headers().location;
      if (count % 8 === 0) await request.post(receipt, { form: SAID[(count / 8) % SAID.length] });
    }
    await page.waitForTimeout(200 + 1_200 * Math.abs(Math.sin(count / 9)));
  }
  await logIn(page);
  await hydrated(page);
  await expect(page.getByTestId("chart-orders")).toBeVisible();
  await page.screenshot({ path: file("dashboard.png"), fullPage: true });
});
