// `cargo leptos watch`, as a developer runs it: the page hydrates, and follows a change to Rust and one to a style sheet.
// ./test runs it alone. It changes two files of this checkout for a moment, and puts them back.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "@playwright/test";
import { hydrated } from "../support/pages";
import { Shop, freePorts } from "../support/shop";

const ROOT = resolve(import.meta.dirname, "../..");
const TEXT = "the small shop for essential goods";
const RELEASE = join(ROOT, "target/site/pkg/pantry.wasm");
/** The first build compiles what the tests have not, the module with all that it stands on. */
const FIRST_BUILD_MS_MAX = 900_000;
const NEXT_BUILD_MS_MAX = 300_000;

const restored: (() => void)[] = [];
let watch: ChildProcess | undefined;

test.afterEach(() => {
  restored.splice(0).forEach((restore) => restore());
  // It and the shop that it has started.
  if (watch?.pid) process.kill(-watch.pid, "SIGKILL");
});

/** Changes a file of the checkout until the test is over. */
function change(path: string, changed: (before: string) => string): void {
  const file = join(ROOT, path);
  const before = readFileSync(file, "utf8");
  restored.push(() => writeFileSync(file, before));
  expect(changed(before), path).not.toBe(before);
  writeFileSync(file, changed(before));
}

test("a page that is watched hydrates, and follows what changes", async ({ page }) => {
  test.setTimeout(FIRST_BUILD_MS_MAX + 2 * NEXT_BUILD_MS_MAX);
  const dataDir = mkdtempSync(join(tmpdir(), "pantry-watch-"));
  restored.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const [site, metrics, broker, reload] = await freePorts(4);
  const release = statSync(RELEASE).mtimeMs;
  const log = join(dataDir, "watch.log");
  const began = Date.now();
  watch = spawn("cargo", ["leptos", "watch"], {
    cwd: ROOT,
    detached: true,
    stdio: ["ignore", openSync(log, "a"), openSync(log, "a")],
    env: {
      ...process.env,
      LEPTOS_SITE_ADDR: `127.0.0.1:${site}`,
      LEPTOS_RELOAD_PORT: `${reload}`,
      METRICS_ADDR: `127.0.0.1:${metrics}`,
      KAFKA_EMBEDDED_PORT: `${broker}`,
      DATA_DIR: dataDir,
      ADMIN_PASSWORD: Shop.password,
    },
  });
  const url = `http://127.0.0.1:${site}/order-new`;
  await expect(async () => {
    expect(watch?.exitCode, readFileSync(log, "utf8").slice(-2_000)).toBeNull();
    expect((await fetch(url)).status).toBe(200);
  }).toPass({ timeout: FIRST_BUILD_MS_MAX, intervals: [500] });
  console.log(`watch: the first page after ${seconds(began)} s`);

  const socket = page.waitForEvent("websocket");
  await page.goto(url);
  await hydrated(page);
  expect(new URL((await socket).url()).port).toBe(`${reload}`);
  await page.getByTestId("quantity-oil").fill("2");
  await expect(page.getByTestId("total")).toHaveText("€6.40");

  const footer = page.getByRole("contentinfo");
  await expect(footer).toContainText(TEXT);
  const changedRust = Date.now();
  change("app/src/components/site_frame.rs", (before) => before.replace(TEXT, `${TEXT}, watched`));
  await expect(footer).toContainText(`${TEXT}, watched`, { timeout: NEXT_BUILD_MS_MAX });
  console.log(`watch: a change to Rust after ${seconds(changedRust)} s`);
  await hydrated(page);

  const changedStyle = Date.now();
  change("style/frame.css", (before) => `${before}\n.site-footer {\n  outline: 3px solid rgb(1 2 3);\n}\n`);
  const outline = () => footer.evaluate((element) => getComputedStyle(element).outlineColor);
  await expect.poll(outline, { timeout: NEXT_BUILD_MS_MAX }).toBe("rgb(1, 2, 3)");
  console.log(`watch: a change to a style sheet after ${seconds(changedStyle)} s`);

  expect(statSync(RELEASE).mtimeMs, "what the release build made is as it was").toBe(release);
});

const seconds = (since: number) => Math.round((Date.now() - since) / 1_000);
