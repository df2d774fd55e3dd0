// The visual walk, for people: every state of every page, in light and dark, on a phone, a tablet and a desk, each as
// one picture in `screens/`, and all of them on one sheet. `npm run screens` makes it; ./test does not.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "../support/test";
import { ALL_STATES } from "../support/states";

const FOLDER = resolve(import.meta.dirname, "../screens");
const WIDTHS = [1280, 768, 390];
const HEIGHT = 900;
const THEMES = ["light", "dark"] as const;

test.describe.configure({ mode: "default", timeout: 120_000 });

test.beforeAll(() => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
});

for (const { name, show, statuses, failures } of ALL_STATES) {
  for (const theme of THEMES) {
    test(`${name} in ${theme}`, async ({ page, shop, watch }) => {
      watch.allowStatus(...statuses);
      failures.forEach((path) => watch.allowFailure(path));
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      await show(page, shop);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: HEIGHT });
        await page.evaluate(() => window.scrollTo(0, 0));
        await page.screenshot({ path: resolve(FOLDER, `${name}-${width}-${theme}.png`), fullPage: true });
      }
      await page.goto("about:blank");
    });
  }
}

test.afterAll(async ({ browser }) => {
  writeFileSync(resolve(FOLDER, "index.html"), sheet(readdirSync(FOLDER).filter((file) => file.endsWith(".png"))));
  const page = await browser.newPage({ viewport: { width: 1800, height: 1000 } });
  await page.goto(`file://${resolve(FOLDER, "index.html")}`);
  await page.screenshot({ path: resolve(FOLDER, "contact-sheet.png"), fullPage: true });
  await page.close();
});

/** One row for each state, one column for each width and theme; each picture leads to itself in full. */
function sheet(files: string[]): string {
  const columns = THEMES.flatMap((theme) => WIDTHS.map((width) => `${width}-${theme}`));
  const cell = (file: string) =>
    files.includes(file) ? `<td><a href="${file}"><img src="${file}" alt="${file}"></a></td>` : "<td></td>";
  const row = ({ name }: { name: string }) =>
    `<tr><th>${name}</th>${columns.map((column) => cell(`${name}-${column}.png`)).join("")}</tr>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Pantry, every page and state</title>
<style>body{font:14px system-ui;margin:16px;background:#888}table{border-spacing:8px}th{text-align:left;vertical-align:top}
td{vertical-align:top}img{display:block;height:420px;max-width:420px;object-fit:contain;object-position:top}</style>
<table><tr><th></th>${columns.map((column) => `<th>${column}</th>`).join("")}</tr>${ALL_STATES.map(row).join("\n")}</table></html>`;
}
