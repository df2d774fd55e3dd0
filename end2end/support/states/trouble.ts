// The states of a dashboard that has bad news for the owner.

import { expect } from "@playwright/test";
import { logIn, open, orderSalt } from "../pages";
import { changeFirstRow, checkNow, verification } from "../verification";
import { type State, state } from "./state";

export const TROUBLE_STATES: State[] = [
  state(
    "dashboard-broker-away",
    async (page) => {
      await orderSalt(page.request);
      await logIn(page);
      await expect(page.getByTestId("facts")).toContainText("Kafka unreachable since");
      await page.getByText("From event to figure").click();
      await expect(page.getByTestId("pipeline-broker")).toContainText("No answer since");
    },
    { broker: "away" },
  ),
  // Last: the dashboard says so until the next check, though the file is as it was again.
  state("dashboard-differs", async (page, shop) => {
    const { putBack } = await changeFirstRow(shop);
    try {
      await logIn(page);
      await checkNow(page, "1 minute differs");
      await expect(verification(page).getByRole("table")).toBeVisible();
    } finally {
      putBack();
    }
  }),
];
