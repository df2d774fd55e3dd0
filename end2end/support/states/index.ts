// Every page in every state that a person should have looked at: for axe and for the visual walk.

import { OWNER_STATES } from "./owner";
import { SHOP_STATES } from "./shop";
import type { State } from "./state";

export { receiptOfSalt } from "./state";

export const ALL_STATES: State[] = [...SHOP_STATES, ...OWNER_STATES];
