// Lighthouse on the release build: at least 95 in each category. ./test runs it alone, after the browser tests. What it
// measures as performance moves with whatever else the machine does, so each page has five tries and its best counts.

import { chromium } from "@playwright/test";
import lighthouse from "lighthouse";
import { createServer } from "node:net";
import { expect, test } from "../support/test";

const SCORE_MIN = 95;
const TRIES_MAX = 5;
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

for (const path of ["/", "/order-new"]) {
  test(`Lighthouse on ${path}`, async ({ shop }, testInfo) => {
    test.setTimeout(300_000);
    const best: Record<string, number> = {};
    for (let attempt = 1; attempt <= TRIES_MAX && !isGood(best); attempt++) {
      for (const [category, score] of Object.entries(await scores(shop.url + path, testInfo.project.use.launchOptions))) {
        best[category] = Math.max(score, best[category] ?? 0);
      }
    }
    console.log(`lighthouse ${path}: ${CATEGORIES.map((category) => `${category} ${best[category]}`).join(", ")}`);
    for (const category of CATEGORIES) expect(best[category], category).toBeGreaterThanOrEqual(SCORE_MIN);
  });
}

const isGood = (best: Record<string, number>) => CATEGORIES.every((category) => (best[category] ?? 0) >= SCORE_MIN);

/** One run, in a browser of its own. */
async function scores(url: string, options: { executablePath?: string; args?: string[] } = {}): Promise<Record<string, number>> {
  const port = await freePort();
  const browser = await chromium.launch({ ...options, args: [...(options.args ?? []), `--remote-debugging-port=${port}`] });
  try {
    const result = await lighthouse(url, { port, logLevel: "error", onlyCategories: CATEGORIES });
    const categories = Object.values(result?.lhr.categories ?? {});
    for (const audit of Object.values(result?.lhr.audits ?? {})) {
      const isWrong = audit.score !== null && audit.score < 0.9 && !audit.scoreDisplayMode.match(/informative|notApplicable|manual/);
      if (process.env.LIGHTHOUSE_DETAILS && isWrong) console.log(`  ${audit.id}: ${audit.score} ${audit.displayValue ?? ""}`);
    }
    return Object.fromEntries(categories.map(({ id, score }) => [id, Math.round((score ?? 0) * 100)]));
  } finally {
    await browser.close();
  }
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const listener = createServer().listen(0, "127.0.0.1", () => {
      const { port } = listener.address() as { port: number };
      listener.close(() => done(port));
    });
  });
}
