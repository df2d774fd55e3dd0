// Some trade, so that a picture of the dashboard has something to show.

import type { APIRequestContext } from "@playwright/test";
import { formFields, post } from "./pages";
import type { Shop } from "./shop";

const BASKETS: Record<string, number>[] = [
  { rice: 2, tea: 1 },
  { pasta: 3, oil: 1, salt: 1 },
  { milk: 6 },
  { flour: 1, beans: 4, tea: 1, soap: 2 },
  { paper: 1, soap: 1 },
];
const SAID = [
  { stars: "5", comment: "Quick, and all of it fresh." },
  { stars: "4", comment: "Good goods, plain box." },
  { stars: "5", comment: "" },
];

/** Customers come, look, order and say what they think, for so many minutes. */
export async function trade(request: APIRequestContext, shop: Shop, minutes: number): Promise<void> {
  const end = Date.now() + minutes * 60_000;
  for (let customer = 1; Date.now() < end; customer++) {
    await request.get("/");
    if (customer % 3 !== 0) await customerLooks(request, shop, customer);
    await new Promise((done) => setTimeout(done, 300 + 1_500 * Math.abs(Math.sin(customer / 9))));
  }
}

/** From the first page to the form, and every other one from there to the receipt. */
async function customerLooks(request: APIRequestContext, shop: Shop, customer: number): Promise<void> {
  const within = { headers: { referer: `${shop.url}/` } };
  const form = formFields(await (await request.get("/order-new", within)).text());
  if (customer % 2 !== 0) return;
  const basket = BASKETS[(customer / 2) % BASKETS.length];
  for (const [slug, count] of Object.entries(basket)) form[`quantity[${slug}]`] = `${count}`;
  const answer = await post(request, customer % 8 === 0 ? form : { ...form, pay_now: "on" });
  const receipt = answer.headers().location;
  await request.get(receipt, within);
  if (customer % 10 === 0) await request.post(receipt, { form: SAID[(customer / 10) % SAID.length] });
}
