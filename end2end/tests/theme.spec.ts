// Light and dark: the browser's preference until a customer chooses, and then the choice, on every page.

import { expect, test } from "../support/test";
import { hydrated } from "../support/pages";

for (const [preferred, other] of [["light", "dark"], ["dark", "light"]] as const) {
  test(`who prefers ${preferred} gets it, and may have ${other} for good`, async ({ page, javaScriptEnabled }) => {
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.emulateMedia({ colorScheme: preferred });
    await page.goto("/my-orders");
    if (javaScriptEnabled) await hydrated(page);
    const before = await paper();
    await page.getByRole("button", { name: `${other === "dark" ? "Dark" : "Light"} colours` }).click();
    await expect(page.locator("html")).toHaveAttribute("data-theme", other);
    await expect(page).toHaveURL(/\/my-orders$/);
    await expect.poll(paper).not.toBe(before);

    // The server itself writes the choice, so the next page is right from its first byte.
    const html = await (await page.request.get("/")).text();
    expect(html).toContain(`data-theme="${other}"`);
    await page.goto("/order-new");
    await expect(page.locator("html")).toHaveAttribute("data-theme", other);
    if (javaScriptEnabled) await hydrated(page);
    await page.getByRole("button", { name: `${other === "dark" ? "Light" : "Dark"} colours` }).click();
    await expect(page.locator("html")).toHaveAttribute("data-theme", preferred);
    await expect.poll(paper).toBe(before);
  });
}

test("a cookie that is no theme is no choice", async ({ page, baseURL }) => {
  await page.context().addCookies([{ name: "theme", value: `x" onload="1`.replaceAll('"', "%22"), url: baseURL! }]);
  await page.goto("/");
  await expect(page.locator("html")).not.toHaveAttribute("data-theme");
});
