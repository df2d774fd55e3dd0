// The dashboard's export by minute and the files of the data folder hold the same figures.

import { expect, test } from "../support/test";
import { freshForm, logIn, orderSalt, post } from "../support/pages";

/** A minute is closed some seconds after its end. */
const CLOSED_MS_MAX = 90_000;
const FILES = ["orders.csv", "requests.csv", "feedback.csv"];

type Rows = Map<string, Record<string, string>>;

/** The rows of a file by their minute, each with its cells by the name of their column. */
function rowsOf(text: string): Rows {
  const cells = (line: string): string[] => line.match(/"[^"]*"|[^,]+/g) ?? [];
  const [header, ...lines] = text.trim().split("\n").map(cells);
  const row = (line: string[]) => Object.fromEntries(line.map((cell, index) => [header[index], cell]));
  return new Map(lines.map((line) => [line[0], row(line)]));
}

test("the export by minute and the files agree, to the cent", async ({ page, request }) => {
  test.setTimeout(2 * CLOSED_MS_MAX);
  await orderSalt(request);
  const form = { ...(await freshForm(request)), "quantity[rice]": "2", "quantity[tea]": "3", pay_now: "on" };
  const receipt = (await post(request, form)).headers().location;
  const answer = await request.post(receipt, { form: { stars: "4", comment: "" }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  const ordered = `${new Date().toISOString().slice(0, 16).replace("T", " ")}:00`;

  await logIn(page);
  const download = async (path: string) => rowsOf(await (await page.request.get(path)).text());
  const files: Rows[] = [];
  await expect(async () => {
    files.splice(0, files.length, ...(await Promise.all(FILES.map((file) => download(`/admin/metrics/${file}`)))));
    for (const rows of files) expect([...rows.keys()]).toContain(ordered);
  }).toPass({ intervals: [500], timeout: CLOSED_MS_MAX });
  // After the files: what stands in them is closed, and the same from then on.
  await page.goto("/admin/metrics?range=hour");
  const exported = await download(`${await page.getByTestId("export").getAttribute("href")}`);

  const [first] = exported.keys();
  for (const [index, rows] of files.entries()) {
    const minutes = [...rows.keys()].filter((minute) => minute >= first);
    expect(minutes, FILES[index]).toContain(ordered);
    for (const minute of minutes) expect(exported.get(minute), FILES[index]).toMatchObject(rows.get(minute)!);
  }
  const sum = (name: string) =>
    [...exported.values()].reduce((sum, row) => sum + Math.round(100 * Number(row[name])), 0) / 100;
  expect(sum("total_feedback_stars")).toBeGreaterThanOrEqual(4);
  expect(sum("total_orders_price") - sum("total_paid_orders_price")).toBeGreaterThanOrEqual(0.65);
  expect(sum("total_paid_orders_amount")).toBeGreaterThanOrEqual(5);
});
