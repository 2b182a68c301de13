// What is kept at a charger: keys, limits, reservations; and commands that wait for one that is away.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { Charger } from "../lib/station.mjs";

let site;
let station;
let charger;
const world = withServer({}, async ({ api }) => {
  site = await api.site();
  await api.key("04A2B1C3", { alias: "Fleet van 12" });
  station = await api.station(site, "HELD-1");
  charger = await Charger.connect(station);
  charger.answers.GetLocalListVersion = { listVersion: 0 };
  await charger.boot();
  await charger.status(1, "Available");
});

async function open(path) {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto(path);
  return page;
}

test("the charger's list of keys is kept equal to ours", async () => {
  const page = await open(`/chargers/${station.id}?tab=held`);
  const panel = page.getByRole("region", { name: "Charge keys at the charger" }).first();
  await panel.getByText("Off", { exact: true }).waitFor();
  await panel.getByLabel("Keep the charger's list equal to your charge keys").click({ force: true });
  // The charger is there: it gets at once what it should hold.
  const { payload } = await charger.received("SendLocalList");
  assert.equal(payload.updateType, "Full");
  assert.equal(payload.localAuthorizationList[0].idTag, "04A2B1C3");
  await panel.getByText("Up to date").waitFor();
  await panel.getByRole("cell", { name: "04A2B1C3" }).waitFor();
  assertCalm(page);
});

test("a limit is added, held and removed", async () => {
  const page = await open(`/chargers/${station.id}?tab=held`);
  const panel = page.getByRole("region", { name: "Standing limits" }).first();
  await panel.getByText("No standing limits").waitFor();
  await panel.getByRole("button", { name: "Add limit" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Add limit" }).click();
  await dialog.getByText("A number, for example 16").waitFor();
  await dialog.getByLabel("Limit", { exact: false }).last().fill("16");
  await dialog.getByRole("button", { name: "Add limit" }).click();
  await panel.getByText("16 A").waitFor();
  const { payload } = await charger.received("SetChargingProfile");
  assert.equal(payload.csChargingProfiles.chargingProfilePurpose, "ChargePointMaxProfile");
  assert.equal(payload.csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit, 16);
  await panel.getByText("Held", { exact: true }).waitFor();

  await panel.getByRole("button", { name: "Remove limit" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove limit" }).click();
  await charger.received("ClearChargingProfile");
  await panel.getByText("No standing limits").waitFor();
  assertCalm(page);
});

test("a plug is reserved and given back", async () => {
  const page = await open(`/chargers/${station.id}?tab=held`);
  const panel = page.getByRole("region", { name: "Reservations" }).first();
  await panel.getByRole("button", { name: "Reserve" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Charge key").fill("04A2B1C3");
  await dialog.getByRole("button", { name: "Reserve" }).click();
  const { payload } = await charger.received("ReserveNow");
  assert.equal(payload.idTag, "04A2B1C3");
  await panel.getByText("Reserved", { exact: true }).waitFor();
  await panel.getByRole("button", { name: "Give back" }).click();
  const cancelled = await charger.received("CancelReservation");
  assert.equal(cancelled.payload.reservationId, payload.reservationId);
  await panel.getByText("Given back").waitFor();
  assertCalm(page);
});

test("a command waits for a charger that is away, and is taken back", async () => {
  const away = await world.api.station(site, "AWAY-2");
  const page = await open(`/chargers/${away.id}`);
  await page.getByRole("button", { name: "Actions" }).click();
  await page.getByRole("menuitem", { name: "Clear key cache" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Send it when the charger is back").check();
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  await dialog.getByText("Waits for the charger").waitFor();
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();

  await page.getByRole("tab", { name: "Commands" }).click();
  const row = page.getByRole("row", { name: /Clear key cache/ });
  await row.getByText("Waits for the charger").waitFor();
  await row.getByRole("button", { name: "Take back" }).click();
  await row.getByText("Taken back", { exact: true }).waitFor();

  // What was taken back is not sent when the charger comes.
  const late = await Charger.connect(away);
  await late.boot();
  await page.getByText("Online", { exact: true }).first().waitFor();
  assert.equal(late.calls.filter((call) => call.action === "ClearCache").length, 0);
  assertCalm(page);
});
