// The visual walk, for people: every state of every page, in light and dark, on a phone, a tablet and a desk, each as
// one picture in `screens/`, and all of them on one sheet. The README's pictures are two of them. `npm run screens` makes
// all of it; ./test does not.

import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "../support/test";
import { WALK_STATES } from "../support/states";

const FOLDER = resolve(import.meta.dirname, "../screens");
const DOCS = resolve(import.meta.dirname, "../../docs");
/** Pictures of the walk, and where the README shows them. */
const README_PICTURES = { "home-1280-light.png": "shop.png", "dashboard-busy-1280-light.png": "dashboard.png" };
const WIDTHS = [1280, 768, 390];
const HEIGHT = 900;
/** The pictures of the sheet are so much smaller. */
const SHEET_SCALE = 8;
const THEMES = ["light", "dark"] as const;

test.describe.configure({ mode: "default", timeout: 300_000 });

test.beforeAll(({}, { workerIndex }) => {
  // After a failure another worker goes on.
  if (workerIndex > 0) return;
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
});

for (const { name, show, statuses, failures, broker } of WALK_STATES) {
  test.describe(() => {
    test.use({ broker });
    for (const theme of THEMES) {
      test(`${name} in ${theme}`, async ({ page, shop, watch }) => {
        watch.allowStatus(...statuses);
        failures.forEach((path) => watch.allowFailure(path));
        await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
        await show(page, shop);
        // A picture has no scrollbar, so it keeps no place for one.
        await page.evaluate(() => document.documentElement.style.setProperty("scrollbar-gutter", "auto"));
        // Nor does anybody scroll to what is loaded only then.
        await page.evaluate(async () => {
          for (const image of document.images) {
            image.loading = "eager";
            await image.decode();
          }
        });
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: HEIGHT });
          await page.evaluate(() => window.scrollTo(0, 0));
          await page.screenshot({ path: resolve(FOLDER, `${name}-${width}-${theme}.png`), fullPage: true });
        }
        await page.goto("about:blank");
      });
    }
  });
}

test.afterAll(async ({ browser }) => {
  writeFileSync(resolve(FOLDER, "index.html"), sheet(readdirSync(FOLDER).filter((file) => file.endsWith(".png"))));
  const page = await browser.newPage({ viewport: { width: 3460, height: 1000 } });
  await page.goto(`file://${resolve(FOLDER, "index.html")}`);
  await page.screenshot({ path: resolve(FOLDER, "contact-sheet.png"), fullPage: true });
  await page.close();
  for (const [picture, name] of Object.entries(README_PICTURES)) {
    if (existsSync(resolve(FOLDER, picture))) copyFileSync(resolve(FOLDER, picture), resolve(DOCS, name));
  }
});

/** A card for each state, with all widths and themes at one scale; each picture leads to itself in full. */
function sheet(files: string[]): string {
  const pictures = (name: string) =>
    THEMES.flatMap((theme) => WIDTHS.map((width) => ({ width, file: `${name}-${width}-${theme}.png` })))
      .filter(({ file }) => files.includes(file))
      .map(({ width, file }) => `<a href="${file}"><img src="${file}" alt="${file}" width="${width / SHEET_SCALE}"></a>`);
  const card = ({ name }: { name: string }) => `<section><h2>${name}</h2>${pictures(name).join("")}</section>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Pantry, every page and state</title>
<style>body{font:14px system-ui;margin:16px;background:#888;display:grid;grid-template-columns:repeat(5,auto);gap:20px 28px}
h2{font-size:15px;margin:0 0 4px}a{display:inline-block;height:225px;overflow:hidden;margin-right:6px;background:#666;vertical-align:top}img{display:block}
section{white-space:nowrap}</style>
${WALK_STATES.map(card).join("\n")}</html>`;
}
