// The support desk without a mouse: find a charger, act on it, solve a fault, open an issue.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { Charger } from "../lib/station.mjs";

let charger;
const world = withServer({}, async ({ api }) => {
  const site = await api.site();
  const station = await api.station(site, "KEY-1");
  charger = await Charger.connect(station);
  await charger.boot();
  await charger.status(1, "Faulted", { errorCode: "ReaderFailure" });
});

/** Goes on with Tab until the focus is on what `wanted` finds; fails when it comes round. */
async function tabTo(page, wanted) {
  for (let step = 0; step < 120; step += 1) {
    if (await wanted.evaluateAll((all) => all.includes(document.activeElement))) return;
    await page.keyboard.press("Tab");
  }
  assert.fail("the focus never came there");
}

test("a charger is found and restarted by keys alone", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.keyboard.press("Control+k");
  await page.getByPlaceholder("Charger, site or page").waitFor();
  await page.keyboard.type("KEY-1");
  await page.getByRole("dialog").getByText("KEY-1").first().waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: /KEY-1/ }).waitFor();
  await tabTo(page, page.getByRole("button", { name: "Soft reset" }));
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await tabTo(page, page.getByRole("dialog").getByRole("button", { name: "Send" }));
  await page.keyboard.press("Enter");
  await charger.received("Reset");
  await page.keyboard.press("Escape");
  assertCalm(page);
});

test("a fault is opened, solved and its dialog left by keys alone", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto("/faults");
  await page.getByText("Card reader failed").first().waitFor();
  await tabTo(page, page.getByRole("button", { name: "Solve" }));
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByLabel("What was done").waitFor();
  await page.keyboard.type("Reader restarted");
  await tabTo(page, page.getByRole("dialog").getByRole("button", { name: "Solve" }));
  await page.keyboard.press("Enter");
  await page.getByText("Nothing is wrong").waitFor();
  assertCalm(page);
});
