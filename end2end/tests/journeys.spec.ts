// What a customer and the owner wait for, on a phone with a slow line: bytes of each page, and the time of each journey.
// A benchmark, not a test: `npm run journeys` prints it. With PANTRY_OTHER_SERVER and PANTRY_OTHER_SITE, another build and
// its folder `site`, both are measured by turns and the ratio is printed: on a shared machine the times alone mean little.

import { type Browser, type CDPSession, type Page, expect, test } from "@playwright/test";
import { email, makeOrder, quantity } from "../support/pages";
import { type Build, Shop, ownBuild } from "../support/shop";

const TRIES = 5;
/** Lighthouse's slow 4G: milliseconds there and back, bits each second; and a processor that is so many times slower. */
const LINE = { latency: 150, downloadThroughput: 1_638_400 / 8, uploadThroughput: 768_000 / 8 };
const CPU_SLOWER = 4;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, userAgent: "journeys" };

const isReady = (page: Page) => page.locator("body[data-hydrated]").waitFor({ state: "attached" });
const link = (page: Page, name: string) => page.getByRole("link", { name, exact: true });
const title = (page: Page, name: string) => page.getByRole("main").getByRole("heading", { level: 1, name });

/** A journey begins on the page that `from` opens; `go` leaves it, and `shown` waits until its end can be seen. */
interface Journey {
  name: string;
  isOwners?: boolean;
  from: (page: Page) => Promise<unknown>;
  go: (page: Page) => Promise<unknown>;
  shown: (page: Page) => Promise<unknown>;
}

const good = (page: Page) => page.getByTestId("good-card").first().waitFor();
const journeys: Journey[] = [
  { name: "first visit to /", from: blank, go: (page) => page.goto("/", commit), shown: good },
  { name: "first visit to /order-new", from: blank, go: (page) => page.goto("/order-new", commit), shown: (page) => makeOrder(page).waitFor() },
  { name: "home to order", from: at("/"), go: (page) => link(page, "New order").click(noWait), shown: (page) => makeOrder(page).waitFor() },
  { name: "home to my orders", from: at("/"), go: (page) => link(page, "My orders").click(noWait), shown: (page) => title(page, "My orders").waitFor() },
  { name: "order back to home", from: fromHomeToOrder, go: back, shown: good },
  { name: "order to receipt", from: filledForm, go: (page) => makeOrder(page).click(noWait), shown: (page) => page.getByTestId("order-number").waitFor() },
  { name: "dashboard", isOwners: true, from: at("/admin/alerts"), go: (page) => page.goto("/admin/metrics", commit), shown: (page) => page.getByTestId("today-orders").waitFor() },
  { name: "dashboard to 7 days", isOwners: true, from: at("/admin/metrics"), go: (page) => link(page, "7 days").click(noWait), shown: (page) => page.locator('[aria-current="true"], [aria-current="page"]', { hasText: "7 days" }).waitFor() },
  { name: "alerts to dashboard", isOwners: true, from: at("/admin/alerts"), go: (page) => link(page, "Back to the dashboard").click(noWait), shown: (page) => page.getByTestId("today-orders").waitFor() },
];
const pages = ["/", "/order-new", "/order-new-complete", "/my-orders", "/admin/login", "/admin/metrics", "/admin/alerts", "/admin/dead-letters", "/admin/time-zone", "/admin/account"];

test("journeys", async ({ browser }) => {
  test.setTimeout(1_800_000);
  const builds: [string, Build][] = [["this", ownBuild()]];
  const { PANTRY_OTHER_SERVER: server, PANTRY_OTHER_SITE: site } = process.env;
  if (server && site) builds.unshift(["other", { server, site }]);
  const shops = await Promise.all(builds.map(async ([name, build]) => ({ name, shop: await Shop.start("embedded", build) })));
  try {
    for (const { name, shop } of shops) await printPages(browser, name, shop);
    await printJourneys(browser, shops);
  } finally {
    for (const { shop } of shops) await shop.stop();
  }
});

const commit = { waitUntil: "commit" } as const;
const noWait = { noWaitAfter: true };
async function blank(): Promise<void> {}
function at(path: string) {
  return async (page: Page) => {
    await page.goto(path);
    await isReady(page);
  };
}
async function back(page: Page): Promise<void> {
  await page.evaluate(() => history.back());
}
async function fromHomeToOrder(page: Page): Promise<void> {
  await at("/")(page);
  await link(page, "New order").click();
  await makeOrder(page).waitFor();
  await isReady(page);
}
async function filledForm(page: Page): Promise<void> {
  await at("/order-new")(page);
  await quantity(page, "rice").fill("1");
  await email(page).fill("journey@example.com");
}

async function phone(browser: Browser, shop: Shop, isOwners = false): Promise<{ page: Page; client: CDPSession; close: () => Promise<void> }> {
  const context = await browser.newContext({ ...PHONE, baseURL: shop.url });
  if (isOwners) {
    const answer = await context.request.post("/admin/login", { form: { password: Shop.password }, maxRedirects: 0 });
    expect(answer.status()).toBe(303);
  }
  const page = await context.newPage();
  return { page, client: await context.newCDPSession(page), close: () => context.close() };
}

/** What each page loads in a browser that has nothing of the shop yet, in bytes as they travel. */
async function printPages(browser: Browser, name: string, shop: Shop): Promise<void> {
  console.log(`\nbytes of each page (${name})\n${row(["page", "html", "wasm", "js", "css", "rest", "requests"])}`);
  const order = await placedOrder(browser, shop);
  for (const path of pages) {
    const { page, client, close } = await phone(browser, shop, path.startsWith("/admin") && path !== "/admin/login");
    const sizes: Record<string, number> = { html: 0, wasm: 0, js: 0, css: 0, rest: 0, requests: 0 };
    const kinds = new Map<string, string>();
    await client.send("Network.enable");
    client.on("Network.responseReceived", ({ requestId, response }) => kinds.set(requestId, kindOf(response.mimeType)));
    client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      sizes[kinds.get(requestId) ?? "rest"] += encodedDataLength;
      sizes.requests += 1;
    });
    await page.goto(path === "/order-new-complete" ? order : path);
    await isReady(page);
    await client.send("Network.disable");
    console.log(row([path, ...Object.values(sizes)]));
    await close();
  }
}

async function placedOrder(browser: Browser, shop: Shop): Promise<string> {
  const { page, close } = await phone(browser, shop);
  await filledForm(page);
  await makeOrder(page).click();
  await page.getByTestId("order-number").waitFor();
  const { pathname, search } = new URL(page.url());
  await close();
  return pathname + search;
}

function kindOf(type: string): string {
  if (type === "text/html") return "html";
  if (type === "application/wasm") return "wasm";
  if (type.endsWith("javascript")) return "js";
  return type === "text/css" ? "css" : "rest";
}

async function printJourneys(browser: Browser, shops: { name: string; shop: Shop }[]): Promise<void> {
  console.log(`\nmilliseconds until shown / until everything on it works, median of ${TRIES}`);
  const names = shops.map(({ name }) => name);
  console.log(row(["journey", ...names, ...(names.length > 1 ? ["ratio"] : [])]));
  for (const journey of journeys) {
    const times = new Map<string, [number, number][]>(names.map((name) => [name, []]));
    for (let attempt = 0; attempt < TRIES; attempt++) {
      for (const { name, shop } of shops) times.get(name)?.push(await timed(browser, shop, journey));
    }
    const medians = [...times.values()].map((all) => [0, 1].map((part) => median(all.map((both) => both[part as 0 | 1]))));
    const cells = medians.map(([shown, ready]) => `${shown} / ${ready}`);
    if (medians.length > 1) cells.push([0, 1].map((part) => (medians[1][part] / medians[0][part]).toFixed(2)).join(" / "));
    console.log(row([journey.name, ...cells]));
  }
}

async function timed(browser: Browser, shop: Shop, journey: Journey): Promise<[number, number]> {
  const { page, client, close } = await phone(browser, shop, journey.isOwners);
  await client.send("Network.enable");
  await client.send("Network.emulateNetworkConditions", { offline: false, ...LINE });
  await client.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWER });
  await journey.from(page);
  const began = performance.now();
  await journey.go(page);
  await journey.shown(page);
  const shown = performance.now() - began;
  await isReady(page);
  const ready = performance.now() - began;
  await close();
  return [Math.round(shown), Math.round(ready)];
}

const median = (values: number[]) => values.sort((one, other) => one - other)[Math.floor(values.length / 2)];
const row = ([first, ...rest]: (string | number)[]) => `${first}`.padEnd(28) + rest.map((cell) => `${cell}`.padStart(14)).join("");
