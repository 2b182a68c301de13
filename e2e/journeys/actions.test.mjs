// Every action of the charger's menu as an operator would use it, with the charger's literal answer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { until } from "../lib/server.mjs";
import { Charger } from "../lib/station.mjs";

let station;
let charger;
const world = withServer({}, async ({ api }) => {
  station = await api.station(await api.site(), "ACT-1", {
    evses: [{ evse: 1, max_power_w: 22_000, current: "ac", connectors: [{ connector: 1, kind: "type2" }] }],
  });
  charger = await Charger.connect(station);
  await charger.boot();
  await charger.status(1, "Available");
});

/** Chooses an action, fills what it asks for, sends it, and gives what the charger received. */
async function act(page, name, action, fill = async () => {}) {
  charger.calls.length = 0;
  await page.getByRole("button", { name: "Actions" }).click();
  await page.getByRole("menuitem", { name, exact: true }).click();
  const dialog = page.getByRole("dialog");
  await fill(dialog);
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  const { payload } = await charger.received(action);
  await dialog
    .getByText(/Done|Accepted/)
    .first()
    .waitFor();
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
  await dialog.waitFor({ state: "detached" });
  return payload;
}

test("the menu has every action, and each reaches the charger", async () => {
  charger.answers.UnlockConnector = { status: "Unlocked" };
  charger.answers.UpdateFirmware = {};
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto(`/chargers/${station.id}`);
  await page.getByRole("heading", { level: 1, name: "ACT-1" }).waitFor();

  await page.getByRole("button", { name: "Actions" }).click();
  for (const name of [
    "Start session",
    "End session",
    "Soft reset",
    "Hard reset",
    "Unlock connector",
    "Change settings",
    "Update firmware",
    "Send max charging profile",
    "Clear charger schedule",
    "Set available",
    "Set unavailable",
    "Clear local charger list",
    "Delete charger",
    "Ask for a report",
  ]) {
    await page.getByRole("menuitem", { name, exact: true }).waitFor();
  }
  await page.keyboard.press("Escape");

  assert.deepEqual(await act(page, "Soft reset", "Reset"), { type: "Soft" });
  assert.deepEqual(await act(page, "Hard reset", "Reset"), { type: "Hard" });
  assert.deepEqual(await act(page, "Unlock connector", "UnlockConnector"), { connectorId: 1 });
  const setting = await act(page, "Change settings", "ChangeConfiguration", async (dialog) => {
    await dialog.getByLabel("Setting").fill("HeartbeatInterval");
    await dialog.getByLabel("Value").fill("90");
  });
  assert.deepEqual(setting, { key: "HeartbeatInterval", value: "90" });
  const firmware = await act(page, "Update firmware", "UpdateFirmware", (dialog) =>
    dialog.getByLabel("Address of the file").fill("https://maker.example/fw-4.bin"),
  );
  assert.equal(firmware.location, "https://maker.example/fw-4.bin");

  // A minute of tomorrow, by the clock where the charger stands.
  const end = Math.floor(Date.now() / 60_000) * 60_000 + 86_400_000;
  const wall = new Date(end)
    .toLocaleString("sv-SE", { timeZone: "Europe/Copenhagen" })
    .slice(0, 16)
    .replace(" ", "T");
  const profile = await act(page, "Send max charging profile", "SetChargingProfile", async (dialog) => {
    // What the charger can give is proposed.
    assert.equal(await dialog.getByLabel("Highest rate").inputValue(), "22");
    await dialog.getByText(/^By the clock of Europe\/Copenhagen\./).waitFor();
    await dialog.getByLabel("Until").fill("2020-01-01T00:00");
    await dialog.getByRole("button", { name: "Send" }).click();
    await dialog.getByText("This time is over").waitFor();
    await dialog.getByLabel("Until").fill(wall);
  });
  // The end is said for the profile and for its schedule.
  const { csChargingProfiles: held } = profile;
  assert.equal(Date.parse(held.validTo), end);
  const lasts = held.chargingSchedule.duration * 1_000;
  assert.ok(Math.abs(Date.parse(held.chargingSchedule.startSchedule) + lasts - end) < 1_500, "until then");
  assert.equal(profile.connectorId, 0);
  assert.equal(profile.csChargingProfiles.chargingProfilePurpose, "ChargePointMaxProfile");
  assert.equal(profile.csChargingProfiles.chargingSchedule.chargingRateUnit, "W");
  assert.equal(profile.csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit, 22_000);
  assert.deepEqual(await act(page, "Clear charger schedule", "ClearChargingProfile"), {});

  const list = await act(page, "Clear local charger list", "SendLocalList");
  assert.equal(list.updateType, "Full");
  assert.deepEqual(list.localAuthorizationList ?? [], []);
  await charger.received("ClearCache");

  const report = await act(page, "Ask for a report", "TriggerMessage");
  assert.equal(report.requestedMessage, "StatusNotification");
  assertCalm(page);
});

test("set unavailable holds even where the charger ignores it, until set available", async () => {
  charger.answers.ChangeAvailability = { status: "Rejected" };
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto(`/chargers/${station.id}`);
  await page.locator("[data-status=Available]").first().waitFor();
  await page.getByRole("button", { name: "Actions" }).click();
  await page.getByRole("menuitem", { name: "Set unavailable" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  await dialog.getByText("Refused", { exact: true }).waitFor();
  await dialog.getByText('"status": "Rejected"').waitFor();
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
  await page.locator("[data-status=Unavailable]").first().waitFor();
  await page.getByText(/Kept out of use by/).waitFor();
  // The charger says again what it thinks; ours holds.
  await charger.status(1, "Available");
  await until("the platform's word holds", async () => {
    const found = (await world.api.get(`/stations/${station.id}`)).evses[0].connectors[0];
    return found.status === "Unavailable" && found.reported_status === "Available";
  });
  charger.answers.ChangeAvailability = { status: "Accepted" };
  await act(page, "Set available", "ChangeAvailability");
  await page.locator("[data-status=Available]").first().waitFor();
  assertCalm(page);
});
