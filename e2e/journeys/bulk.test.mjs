// One command for many chargers: ticked in the list, sent, each answer on a page; another is stopped half-way.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { Charger } from "../lib/station.mjs";

const chargers = [];
const world = withServer({}, async ({ api }) => {
  const site = await api.site();
  for (const identity of ["B-1", "B-2", "B-3"]) {
    const station = await api.station(site, identity);
    if (identity === "B-3") continue;
    const charger = await Charger.connect(station);
    await charger.boot();
    chargers.push(charger);
  }
  chargers[1].answers.ChangeConfiguration = { status: "NotSupported" };
});

async function choose(page, name) {
  for (const identity of ["B-1", "B-2", "B-3"]) {
    await page.getByRole("row", { name: new RegExp(identity) }).getByRole("checkbox").check();
  }
  const bar = page.getByRole("region", { name: "3 selected" });
  await bar.getByRole("button", { name: "Actions" }).click();
  await page.getByRole("menuitem", { name, exact: true }).click();
  return page.getByRole("dialog");
}

test("three chargers get a setting; each says what came of it", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto("/chargers");
  const dialog = await choose(page, "Change settings");
  await dialog.getByText("1 of them is offline").waitFor();
  await dialog.getByRole("button", { name: "Send to 3 chargers" }).click();
  await dialog.getByText("Needed").waitFor();
  await dialog.getByLabel("Setting").fill("HeartbeatInterval");
  await dialog.getByLabel("Value").fill("45");
  await dialog.getByRole("button", { name: "Send to 3 chargers" }).click();

  await page.getByRole("heading", { level: 1, name: "Change settings" }).waitFor();
  await page.getByText("3 of 3").first().waitFor();
  await page.getByRole("row", { name: /B-1/ }).getByText("Accepted", { exact: true }).first().waitFor();
  await page.getByRole("row", { name: /B-2/ }).getByText("Refused", { exact: true }).waitFor();
  await page.getByRole("row", { name: /B-2/ }).getByText("NotSupported", { exact: true }).waitFor();
  await page.getByRole("row", { name: /B-3/ }).getByText("Offline", { exact: true }).waitFor();
  await page.getByRole("row", { name: /B-2/ }).getByRole("button", { name: "Answer" }).click();
  await page.getByText('"status": "NotSupported"').waitFor();
  assert.deepEqual((await chargers[0].received("ChangeConfiguration")).payload, { key: "HeartbeatInterval", value: "45" });

  await page.getByRole("link", { name: "Bulk actions" }).click();
  await page.getByRole("row", { name: /Change settings/ }).getByText("Done", { exact: true }).waitFor();
  // It stands in each charger's own list of commands too.
  await page.goto("/chargers?q=B-1");
  await page.getByRole("link", { name: "B-1" }).click();
  await page.getByRole("tab", { name: "Commands" }).click();
  await page.getByRole("row", { name: /Change settings/ }).getByText("Accepted", { exact: true }).first().waitFor();
  assertCalm(page);
});

test("what waits is not sent any more when it is stopped", async () => {
  const [first, second] = chargers;
  let release;
  const held = new Promise((done) => {
    release = done;
  });
  // The first keeps us waiting: it answers only when it is let.
  first.hold = held;
  first.answers.Reset = () => ({ status: "Accepted" });
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto("/chargers");
  const dialog = await choose(page, "Soft reset");
  await dialog.getByLabel("Chargers at the same time").fill("1");
  second.calls.length = 0;
  await dialog.getByRole("button", { name: "Send to 3 chargers" }).click();
  await page.getByRole("heading", { level: 1, name: "Soft reset" }).waitFor();
  await first.received("Reset");
  await page.getByRole("button", { name: "Send nothing more" }).click();
  await page.getByText("Cancelled", { exact: true }).first().waitFor();
  release();
  await page.getByRole("row", { name: /B-1/ }).getByText("Accepted", { exact: true }).first().waitFor();
  await page.getByRole("row", { name: /B-2/ }).getByText("Taken back").waitFor();
  assert.equal(second.calls.filter((call) => call.action === "Reset").length, 0);
  assertCalm(page);
});
