// Browser tests against the release build. Each worker starts a shop of its own (support/shop.ts), so that figures can
// be compared exactly. `../test` builds first, and names the server and the browser.

import { defineConfig, devices } from "@playwright/test";

const chromium = {
  ...devices["Desktop Chrome"],
  launchOptions: {
    executablePath: process.env.PANTRY_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  },
  timezoneId: "UTC",
  locale: "en-GB",
  viewport: { width: 1280, height: 800 },
  trace: "retain-on-failure" as const,
};
const phone = { ...chromium, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const everywhere = [
  "shop.spec.ts",
  "my-orders.spec.ts",
  "feedback.spec.ts",
  "theme.spec.ts",
  "letters.spec.ts",
  "newsletter.spec.ts",
  "reports.spec.ts",
  "streams.spec.ts",
  "alerts.spec.ts",
  "account.spec.ts",
  "session.spec.ts",
  "pipeline.spec.ts",
  "verification.spec.ts",
];
const hydrated = [...everywhere, "hydrated.spec.ts", "navigation.spec.ts", "dashboard.spec.ts", "renewal.spec.ts"];
/** What neither a screen nor a time zone changes. */
const once = ["counting.spec.ts", "accessibility.spec.ts", "files.spec.ts"];

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  fullyParallel: false,
  forbidOnly: true,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  projects: [
    { name: "desktop", use: chromium, testMatch: [...hydrated, ...once] },
    { name: "phone", use: phone, testMatch: hydrated },
    {
      name: "no-javascript",
      use: { ...chromium, javaScriptEnabled: false },
      testMatch: [...everywhere, "without-javascript.spec.ts"],
    },
    { name: "kolkata", use: { ...chromium, timezoneId: "Asia/Kolkata", locale: "de-DE" }, testMatch: hydrated },
    ...(process.env.PANTRY_FIREFOX ? [{ name: "firefox", testMatch: "firefox.spec.ts" }] : []),
    // Alone, each for a purpose of its own: `npm run screens`, `npm run journeys`, `npm run watch`, `npm run lighthouse`.
    ...(process.env.SCREENS ? [{ name: "screens", use: chromium, testMatch: "screens.spec.ts" }] : []),
    ...(process.env.JOURNEYS ? [{ name: "journeys", use: chromium, testMatch: "journeys.spec.ts" }] : []),
    ...(process.env.WATCH ? [{ name: "watch", use: chromium, testMatch: "watch.spec.ts" }] : []),
    ...(process.env.LIGHTHOUSE ? [{ name: "lighthouse", use: chromium, testMatch: "lighthouse.spec.ts" }] : []),
  ],
});
