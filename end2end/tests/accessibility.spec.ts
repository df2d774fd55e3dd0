// axe finds nothing on any page, in any of its states, in light and in dark.

import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "../support/test";
import { ALL_STATES } from "../support/states";

for (const { name, show, statuses, failures, broker } of ALL_STATES) {
  test.describe(() => {
    test.use({ broker });
    for (const theme of ["light", "dark"] as const) {
      test(`${name} in ${theme}`, async ({ page, shop, watch }) => {
        watch.allowStatus(...statuses);
        failures.forEach((path) => watch.allowFailure(path));
        await page.emulateMedia({ colorScheme: theme });
        await show(page, shop);
        // A page that answered a form may be seen before its style sheet is there.
        await page.waitForLoadState("load");
        // Colours on their way from one to the other would be measured as neither.
        await page.evaluate(() => {
          const ended = document.getAnimations().map((animation) => animation.finished.catch(() => {}));
          return Promise.all(ended);
        });
        const found = await new AxeBuilder({ page }).analyze();
        const told = found.violations.map(
          ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" ")}`,
        );
        expect(told).toEqual([]);
      });
    }
  });
}
