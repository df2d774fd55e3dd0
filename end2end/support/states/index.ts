// Every page in every state that a person should have looked at: for axe and for the visual walk.

import { BUSY, FIRST_MINUTE, OWNER_STATES } from "./owner";
import { SHOP_STATES } from "./shop";
import type { State } from "./state";
import { TROUBLE_STATES } from "./trouble";

export { receiptOfSalt } from "./state";

/** In this order: a shop is new only once. */
export const ALL_STATES: State[] = [FIRST_MINUTE, ...SHOP_STATES, ...OWNER_STATES, ...TROUBLE_STATES];
/** With the one that takes minutes to come about. */
export const WALK_STATES: State[] = [FIRST_MINUTE, BUSY, ...SHOP_STATES, ...OWNER_STATES, ...TROUBLE_STATES];
