// What a state of a page is. It is shown by what a customer does; what goes wrong on the way is named, so that nothing else
// may.

import type { Page } from "@playwright/test";
import { freshForm, open, post } from "../pages";
import type { Broker, Shop } from "../shop";

export interface State {
  /** Its name, also of its pictures. */
  name: string;
  /** Brings the page there. */
  show(page: Page, shop: Shop): Promise<void>;
  /** Statuses that the shop answers with on the way. */
  statuses: number[];
  /** Paths that are broken on purpose. */
  failures: string[];
  /** That of the shop; one that is away is a new shop's. */
  broker: Broker;
}

/** A state where nothing goes wrong but what is named. */
export function state(name: string, show: State["show"], wrong: Partial<State> = {}): State {
  return { name, show, statuses: [], failures: [], broker: "embedded", ...wrong };
}

/** The receipt of a new order. */
export async function receiptOfSalt(page: Page): Promise<void> {
  const answer = await post(page.request, { ...(await freshForm(page.request)), "quantity[salt]": "1" });
  await open(page, answer.headers().location);
}
