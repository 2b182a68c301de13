// The charger's log: kinds as tick boxes in the address, literal frames, new messages as they come.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
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

test("an opened message is shown raw, says what is wrong in it, and is copied as a test", async () => {
  await charger.call("StatusNotification", {
    connectorId: "1",
    status: "Available",
    errorCode: "NoError",
    timestamp: new Date().toISOString(),
  });
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto(`/chargers/${station.id}?tab=log&kind=status`);
  await page.getByRole("button", { name: "StatusNotification" }).first().click();
  await page.getByText("What this charger does otherwise in StatusNotification").waitFor();
  await page.getByText("StatusNotification.connectorId").waitFor();
  await page.getByText("A value has the wrong type").waitFor();
  await page.getByRole("radiogroup", { name: "How frames are shown" }).getByText("Raw").click();
  await page.getByText('"StatusNotification",{"connectorId":"1"').waitFor();
  await page.getByRole("button", { name: "Copy as test" }).click();
  const lines = (await page.evaluate(() => navigator.clipboard.readText())).split("\n");
  assert.equal(lines[0], "# StatusNotification of Voltaro Pillar 22 3.1.4");
  assert.equal(lines[1], "version ocpp1.6");
  assert.match(lines[3], /^< \[2,"\d+","StatusNotification",\{"connectorId":"1"/);
  assert.match(lines[4], /^> \[3,"\d+",\{\}\]$/);
  assertCalm(page);
});

test("what the filter shows is taken away as a file, and a file runs nothing", async () => {
  await charger.call("=HYPERLINK(1)", {});
  await charger.call("DataTransfer", { vendorId: "dk.example.export" });
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto(`/chargers/${station.id}?tab=log`);
  await page.getByRole("button", { name: "BootNotification" }).waitFor();

  const take = async (format) => {
    await page.getByRole("button", { name: "Export" }).click();
    const coming = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: format }).click();
    return readFileSync(await (await coming).path(), "utf8");
  };
  const csv = await take("CSV (spreadsheet)");
  assert.match(csv, /^at,direction,kind,action,/);
  assert.match(csv, /"BootNotification"/);
  assert.match(csv, /,"'=HYPERLINK\(1\)",/);
  assert.doesNotMatch(csv, /,"=/);

  // A later time leaves out what came before; the file follows.
  await page.getByRole("searchbox", { name: "Search in messages" }).fill("dk.example.export");
  await page.getByText("1 entry").waitFor();
  const lines = (await take("JSON lines")).trim().split("\n").map((line) => JSON.parse(line));
  assert.equal(lines.length, 1);
  assert.equal(lines[0].action, "DataTransfer");
  assert.deepEqual(JSON.parse(lines[0].request)[3], { vendorId: "dk.example.export" });

  await page.getByLabel("Until").fill("2020-01-01T00:00");
  await page.getByText("None matches the filter.").waitFor();
  assert.match(page.url(), /to=2019-12-31T23/);
  assertCalm(page);
});

test("each kind by itself: what an operator looks for is under its tick", async () => {
  const { api, browser, server } = world;
  await charger.status(1, "Faulted", { errorCode: "GroundFailure", vendorErrorCode: "E-21" });
  await charger.call("MeterValues", {
    connectorId: 1,
    meterValue: [
      { timestamp: new Date().toISOString(), sampledValue: [{ value: "7360", measurand: "Power.Active.Import", unit: "W" }] },
    ],
  });
  await charger.call("FirmwareStatusNotification", { status: "Downloading" });
  await api.post(`/stations/${station.id}/commands`, { command: "clear_charging_profiles" });
  const page = await openPage(browser, server);
  await signIn(page);
  for (const [kind, action, part] of [
    ["boot", "BootNotification", "Pillar 22"],
    ["status", "StatusNotification", "E-21"],
    ["authorisation", "Authorize", "NOBODY"],
    ["heartbeat", "Heartbeat", "Heartbeat"],
    ["meter", "MeterValues", "7360"],
    ["profile", "ClearChargingProfile", "ClearChargingProfile"],
    ["firmware", "FirmwareStatusNotification", "Downloading"],
  ]) {
    await page.goto(`/chargers/${station.id}?tab=log&kind=${kind}`);
    const table = page.getByRole("table");
    await table.getByRole("button", { name: action }).first().click();
    await page.getByText(part).first().waitFor();
    const others = await table.getByRole("button", { name: /^(Heartbeat|MeterValues|Authorize|BootNotification)$/ }).allTextContents();
    assert.ok(others.every((other) => other === action), `${kind}: ${others}`);
  }
  assertCalm(page);
});
