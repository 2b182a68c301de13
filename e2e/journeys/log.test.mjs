// The charger's log: kinds as tick boxes in the address, literal frames, new messages as they come.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { Charger } from "../lib/station.mjs";

let station;
let charger;
const world = withServer({}, async ({ api }) => {
  const site = await api.site();
  station = await api.station(site, "LOG-1");
  charger = await Charger.connect(station);
  await charger.boot();
  await charger.status(1, "Available");
  await charger.call("Heartbeat");
  await charger.call("Authorize", { idTag: "NOBODY" });
});

test("kinds are ticked, and the address says so", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto(`/chargers/${station.id}?tab=log`);
  const table = page.getByRole("table");
  for (const action of ["BootNotification", "StatusNotification", "Heartbeat", "Authorize"]) {
    await table.getByRole("button", { name: action }).first().waitFor();
  }
  await page.getByRole("button", { name: "None" }).click();
  await page.getByText("No kind is ticked.").waitFor();
  await page.getByLabel("Boot").check();
  await table.getByRole("button", { name: "Heartbeat" }).waitFor({ state: "detached" });
  await table.getByRole("button", { name: "BootNotification" }).waitFor();
  assert.match(page.url(), /kind=boot/);

  // The address brings a colleague to the same screen.
  await page.reload();
  await table.getByRole("button", { name: "BootNotification" }).waitFor();
  assert.equal(await table.getByRole("button", { name: "Heartbeat" }).count(), 0);
  assert.ok(await page.getByLabel("Boot").isChecked());
  assert.ok(!(await page.getByLabel("Heartbeat").isChecked()));
  assertCalm(page);
});

test("a message opens by keyboard to its literal frames", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto(`/chargers/${station.id}?tab=log&kind=authorisation`);
  await page.getByRole("button", { name: "Authorize" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText('"idTag": "NOBODY"').waitFor();
  await page.getByText('"status": "Invalid"').waitFor();
  await page.getByRole("button", { name: "Copy the whole frame" }).first().click();
  const frame = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  assert.equal(frame[0], 2);
  assert.equal(frame[2], "Authorize");
  assert.deepEqual(frame[3], { idTag: "NOBODY" });
  assertCalm(page);
});

test("new messages come by themselves, and text is found in them", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto(`/chargers/${station.id}?tab=log`);
  await page.getByRole("button", { name: "BootNotification" }).waitFor();
  await charger.call("DataTransfer", { vendorId: "dk.example.needle", data: "42" });
  await page.getByText("dk.example.needle").first().waitFor();

  await page.getByRole("searchbox", { name: "Search in messages" }).fill("needle");
  await page.getByText("1 entry").waitFor();
  assert.match(page.url(), /q=needle/);
  await page.getByRole("radiogroup", { name: "Direction" }).getByText("Sent", { exact: true }).click();
  await page.getByText("No messages").waitFor();
  assertCalm(page);
});
