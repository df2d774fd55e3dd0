// The `test` that every spec uses: a running shop, and a watch over the browser. Whatever a page reports as wrong fails
// the test, unless the test asked for it.

import { type BrowserContext, type Page, expect, test as base } from "@playwright/test";
import { type Broker, Shop } from "./shop";

export { expect, type Page };

/** Requests that end without an answer when their page goes: what keeps it current, and files on their way. */
const ABORTED_WITH_THEIR_PAGE =
  /^\/admin\/metrics\/live$|^\/api\/admin\/report$|\.(svg|css|js|wasm)$/;
const FAILED_STATUS = /^Failed to load resource: the server responded with a status of \d+/;

/** What a test expects to go wrong. */
export class Watch {
  private readonly statuses = new Set<number>();
  private readonly failures: string[] = [];
  private readonly pageErrors: RegExp[] = [];
  readonly problems: string[] = [];

  constructor(private readonly hasJavaScript: boolean) {}

  /** This test makes the shop answer with this status. */
  allowStatus(...statuses: number[]): void {
    statuses.forEach((status) => this.statuses.add(status));
  }

  /** This test breaks requests to this path. */
  allowFailure(path: string): void {
    this.failures.push(path);
  }

  /** This test makes scripts of the page fail with this message. */
  allowPageError(message: RegExp): void {
    this.pageErrors.push(message);
  }

  over(context: BrowserContext): void {
    context.on("page", (page) => this.overPage(page));
  }

  private overPage(page: Page): void {
    page.on("pageerror", (error) => {
      const isAllowed = this.pageErrors.some((message) => message.test(error.message));
      if (!isAllowed) this.problems.push(`page error: ${error.message}`);
    });
    page.on("crash", () => this.problems.push("the page crashed"));
    page.on("console", (message) => {
      const text = message.text();
      const isBad = message.type() === "error" || /hydrat|panick|unreachable/i.test(text);
      const path = pathOf(message.location().url);
      const isOwnFailure = /ERR_|Failed to load resource/.test(text) && this.failures.includes(path);
      // Statuses are judged with their response, below.
      if (isBad && !FAILED_STATUS.test(text) && !isOwnFailure) this.problems.push(`console ${message.type()}: ${text}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 400 && !this.statuses.has(response.status())) {
        this.problems.push(`${response.status()} for ${response.request().method()} ${response.url()}`);
      }
    });
    page.on("requestfailed", (request) => {
      const path = pathOf(request.url());
      const why = request.failure()?.errorText ?? "";
      const isAborted = why === "net::ERR_ABORTED" && ABORTED_WITH_THEIR_PAGE.test(path);
      // Without JavaScript the browser does not fetch what the page announces for it.
      const isPreload = !this.hasJavaScript && path.startsWith("/pkg/") && !path.endsWith(".css");
      if (!isAborted && !isPreload && !this.failures.includes(path)) {
        this.problems.push(`${request.method()} ${request.url()} failed: ${why}`);
      }
    });
  }
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : "";
}

export const test = base.extend<{ watch: Watch; broker: Broker; shop: Shop }, { workersShop: Shop }>({
  /** `test.use({ broker: "away" })` gives each test a new shop of its own, whose Kafka cannot be reached. */
  broker: ["embedded", { option: true }],
  workersShop: [
    async ({}, use) => {
      const shop = await Shop.start();
      await use(shop);
      await shop.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  shop: [
    async ({ workersShop, broker }, use) => {
      if (broker === "embedded") return use(workersShop);
      const shop = await Shop.start(broker);
      await use(shop);
      await shop.stop();
    },
    { timeout: 60_000 },
  ],
  baseURL: async ({ shop }, use) => use(shop.url),
  watch: [
    async ({ context, javaScriptEnabled }, use) => {
      const watch = new Watch(javaScriptEnabled !== false);
      watch.over(context);
      await use(watch);
      expect(watch.problems, "what the browser reported").toEqual([]);
    },
    { auto: true },
  ],
});
