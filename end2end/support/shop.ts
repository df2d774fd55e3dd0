// One running shop: the release binary on free ports, with a data folder of its own that goes with it.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Receiver } from "./receiver";

const READY_MS_MAX = 20_000;
const STOP_MS_MAX = 12_000;
/** Port 1 is the system's, for a service that nobody runs any more. One that is free now may be taken later. */
const NO_BROKER = "127.0.0.1:1";

/** A server, and the folder of its site. */
export interface Build {
  server: string;
  site: string;
}

/** What the tests are about. */
export function ownBuild(): Build {
  return {
    server: process.env.PANTRY_SERVER ?? resolve(import.meta.dirname, "../../target/release/server"),
    site: resolve(import.meta.dirname, "../../target/site"),
  };
}

/** The shop's own broker, or one outside that is not there. */
export type Broker = "embedded" | "away";

export class Shop {
  static readonly password = "owner-of-the-pantry";

  private constructor(
    readonly url: string,
    readonly dataDir: string,
    readonly brokerPort: number,
    readonly receiver: Receiver,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly server: string,
    private process: ChildProcess,
  ) {}

  static async start(kind: Broker = "embedded", build = ownBuild()): Promise<Shop> {
    const dataDir = mkdtempSync(join(tmpdir(), "pantry-end2end-"));
    const [site, metrics, broker] = await freePorts(3);
    const receiver = await Receiver.start();
    const environment = {
      PATH: process.env.PATH,
      LEPTOS_SITE_ADDR: `127.0.0.1:${site}`,
      LEPTOS_SITE_ROOT: build.site,
      METRICS_ADDR: `127.0.0.1:${metrics}`,
      // Events that no test asked for.
      SYSTEM_STATS_SECONDS: "0",
      ...(kind === "away" ? { KAFKA_BOOTSTRAP_SERVERS: NO_BROKER } : { KAFKA_EMBEDDED_PORT: `${broker}` }),
      DATA_DIR: dataDir,
      ADMIN_PASSWORD: Shop.password,
      ALERT_WEBHOOK_URL: receiver.url,
      ALERT_WEBHOOK_SECRET: Receiver.secret,
    };
    const shop = new Shop(`http://127.0.0.1:${site}`, dataDir, broker, receiver, environment, build.server, launch(build.server, environment));
    await shop.ready();
    return shop;
  }

  /** Kills the process at once, as a power cut would. */
  async kill(): Promise<void> {
    const ended = this.ended();
    this.process.kill("SIGKILL");
    await ended;
  }

  /** Starts it again after `kill`, on the same address and data. */
  async startAgain(): Promise<void> {
    this.process = launch(this.server, this.environment);
    await this.ready();
  }

  /** Asks it to end, and removes its data. */
  async stop(): Promise<void> {
    const ended = this.ended();
    this.process.kill("SIGTERM");
    const late = setTimeout(() => this.process.kill("SIGKILL"), STOP_MS_MAX);
    await ended;
    clearTimeout(late);
    this.receiver.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  private ended(): Promise<unknown> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return Promise.resolve();
    return new Promise((done) => this.process.once("exit", done));
  }

  private async ready(): Promise<void> {
    // Without a broker it sells, but counts nothing.
    const path = this.environment.KAFKA_BOOTSTRAP_SERVERS ? "/readyz" : "/readyz?pipeline";
    const deadline = Date.now() + READY_MS_MAX;
    while (Date.now() < deadline && this.process.exitCode === null) {
      const answer = await fetch(`${this.url}${path}`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`the shop is not ready:\n${readFileSync(join(this.dataDir, "server.log"), "utf8")}`);
  }
}

function launch(server: string, environment: NodeJS.ProcessEnv): ChildProcess {
  const log = openSync(join(environment.DATA_DIR!, "server.log"), "a");
  if (!existsSync(server)) throw new Error(`there is no ${server}: build it first, ./test does`);
  return spawn(server, { env: environment, stdio: ["ignore", log, log] });
}

/** Ports that were free a moment ago; all are held while asking, so that they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const held = await Promise.all(
    Array.from({ length: count }, async () => {
      const listener = createServer();
      await new Promise<void>((done) => listener.listen(0, "127.0.0.1", done));
      return listener;
    }),
  );
  const ports = held.map((listener) => (listener.address() as { port: number }).port);
  await Promise.all(held.map((listener) => new Promise((done) => listener.close(done))));
  return ports;
}
