// A receiver of alerts: keeps what is posted to it, once its signature was checked as the README tells receivers to.

import { createHmac, timingSafeEqual } from "node:crypto";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Message {
  delivery: string;
  event: string;
  alert: { rule: string; words: string; ended_at: string | null } | null;
}

export class Receiver {
  static readonly secret = "0123456789abcdef0123456789abcdef";
  readonly messages: Message[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on("request", (request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += chunk));
      request.on("end", () => {
        const isSigned = receiver.isSigned(`${request.headers["pantry-signature"]}`, body);
        if (isSigned) receiver.messages.push(JSON.parse(body));
        response.writeHead(isSigned ? 204 : 401).end();
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private isSigned(header: string, body: string): boolean {
    const [, time, hex] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header) ?? [];
    if (!time || !hex) return false;
    const expected = createHmac("sha256", Receiver.secret).update(`${time}.${body}`).digest();
    return timingSafeEqual(expected, Buffer.from(hex, "hex"));
  }
}
