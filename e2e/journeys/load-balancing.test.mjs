// Load balancing over real sockets: a zone is made, its chargers are told what they may draw, a building takes its part, a
// queue forms, a charger refuses, and everything is taken back when the zone is switched off.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertCalm, openPage, PHONE, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { until } from "../lib/server.mjs";
import { Charger } from "../lib/station.mjs";

const KEY = "04AA11BB";
const METER = "571313100000000017";
const chargers = {};

const world = withServer({}, async (world) => {
  const { api } = world;
  world.site = await api.site("Depot");
  await api.key(KEY);
  for (const identity of ["LB-1", "LB-2", "LB-X"]) {
    chargers[identity] = await Charger.connect(await api.station(world.site, identity));
  }
  await chargers["LB-1"].boot();
  await chargers["LB-2"].boot();
  await chargers["LB-X"].boot({ chargePointModel: "Stump 3", firmwareVersion: "0.9" });
  chargers["LB-3"] = await Charger.connect(await api.station(world.site, "LB-3"), { protocol: "ocpp2.0.1" });
  await chargers["LB-3"].call("BootNotification", {
    reason: "PowerUp",
    chargingStation: { vendorName: "Nordkap", model: "Twin", firmwareVersion: "7.0" },
  });
  await chargers["LB-3"].call("StatusNotification", {
    timestamp: new Date().toISOString(),
    connectorStatus: "Available",
    evseId: 1,
    connectorId: 1,
  });
  for (const identity of ["LB-1", "LB-2", "LB-X"]) await chargers[identity].status(1, "Available");
  // What the platform tested, and what a charger says of itself when it is asked.
  await api.put("/smart-charging-models", { vendor: "Voltaro", model: "Pillar 22", tested: true });
  chargers["LB-3"].answers.GetVariables = ({ getVariableData }) => ({
    getVariableResult: getVariableData.map(({ component, variable }) => ({
      attributeStatus: "Accepted",
      attributeValue: "true",
      component,
      variable,
    })),
  });
  chargers["LB-X"].answers.GetConfiguration = {
    configurationKey: [{ key: "SupportedFeatureProfiles", readonly: true, value: "Core,Reservation" }],
  };
});
after(() => Object.values(chargers).forEach((charger) => charger.close()));

/** The profiles of one purpose a charger was sent: `{ id, limit }`, oldest first. */
function profiles(identity, purpose) {
  const sent = chargers[identity].calls.filter((call) => call.action === "SetChargingProfile");
  const each = sent.map(({ payload }) => {
    const old = payload.csChargingProfiles;
    const profile = old ?? payload.chargingProfile;
    const schedule = old ? old.chargingSchedule : profile.chargingSchedule[0];
    return {
      id: old ? old.chargingProfileId : profile.id,
      purpose: profile.chargingProfilePurpose,
      transaction: profile.transactionId,
      evse: payload.connectorId ?? payload.evseId,
      limit: schedule.chargingSchedulePeriod[0].limit,
      unit: schedule.chargingRateUnit,
      until: profile.validTo,
    };
  });
  return each.filter((profile) => profile.purpose === purpose);
}

const last = (identity) => profiles(identity, "TxProfile").at(-1)?.limit;
const told = (identity, limit) =>
  until(`${identity} to be told ${limit} A (it has ${last(identity)})`, () => last(identity) === limit);

async function open(path, heading, more = {}) {
  const page = await openPage(world.browser, world.server, more);
  await signIn(page);
  await page.goto(path);
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  return page;
}

const row = (page, name) => page.getByRole("row").filter({ hasText: name });

test("a zone is made with the chargers that obey, and is off until somebody switches it on", async () => {
  const page = await open("/load-balancing", "Load balancing");
  await page.getByText("No zones yet").waitFor();
  await page.getByRole("button", { name: "New zone" }).first().click();
  const form = page.getByRole("dialog", { name: "New zone" });
  await form.getByLabel("Zone name").fill("Depot main");
  await form.getByRole("combobox", { name: "Site" }).click();
  await page.getByRole("option", { name: "Depot" }).click();
  await form.getByLabel("Meter number").fill(METER);
  await form.getByText("Current per phase (A)").click();
  await form.getByLabel("Maximum grid capacity").fill("40");
  await form.getByLabel("Grid capacity buffer").fill("20");
  await form.getByText("Dynamic", { exact: true }).click();

  // Tested by the platform: can be ticked. Untested ones are named with the reason, and can be asked.
  await form.getByRole("checkbox", { name: "LB-1" }).check();
  await form.getByRole("checkbox", { name: "LB-2" }).check();
  assert.equal(await form.getByRole("checkbox", { name: "LB-3" }).count(), 0);
  await form.getByText("nobody has tested whether this model obeys limits").first().waitFor();
  await form.getByRole("button", { name: "Ask LB-3 whether it knows smart charging" }).click();
  await form.getByRole("checkbox", { name: "LB-3" }).check();
  await form.getByRole("button", { name: "Ask LB-X whether it knows smart charging" }).click();
  await form.getByText("it says that it does not know smart charging").waitFor();
  assert.equal(await form.getByRole("checkbox", { name: "LB-X" }).count(), 0);
  await form.getByRole("button", { name: "Save" }).click();

  await page.getByRole("heading", { level: 1, name: "Depot main" }).waitFor();
  await page.getByText("This zone is off").waitFor();
  assert.deepEqual(profiles("LB-1", "TxDefaultProfile"), []);
  await page.getByRole("switch", { name: "Zone active" }).click({ force: true });

  // 40 A less a fifth are 32 A: a third for each, kept by the charger for when nobody can tell it anything.
  for (const identity of ["LB-1", "LB-2", "LB-3"]) {
    const kept = await until(`a default in ${identity}`, () => profiles(identity, "TxDefaultProfile").at(-1));
    assert.equal(kept.limit, 10.6);
    assert.equal(kept.unit, "A");
    assert.equal(kept.evse, 1);
  }
  await row(page, "LB-1").getByText("No car is charging.").waitFor();
  assertCalm(page);
  await page.close();
});

test("what there is, is shared among who charges, in both protocols; less is told before more", async () => {
  const page = await open("/load-balancing", "Load balancing");
  await page.getByRole("link", { name: "Depot main" }).click();
  await page.getByRole("heading", { level: 1, name: "Depot main" }).waitFor();
  world.first = await chargers["LB-1"].start(1, KEY, 1_000);
  await told("LB-1", 32);
  const profile = profiles("LB-1", "TxProfile").at(-1);
  assert.equal(profile.transaction, world.first);
  assert.ok(Date.parse(profile.until) - Date.now() > 60_000, "it ends by itself, not at once");
  await row(page, "LB-1").getByText("It gets all it can deliver.").waitFor();

  world.second = await chargers["LB-2"].start(1, KEY, 5_000);
  await told("LB-1", 16);
  await told("LB-2", 16);
  await row(page, "LB-2").getByText("Phase L1 of Depot main gives no more.").waitFor();

  await chargers["LB-3"].call("TransactionEvent", {
    eventType: "Started",
    timestamp: new Date().toISOString(),
    triggerReason: "Authorized",
    seqNo: 0,
    transactionInfo: { transactionId: "tx-three", chargingState: "Charging" },
    evse: { id: 1, connectorId: 1 },
    idToken: { idToken: KEY, type: "ISO14443" },
  });
  await told("LB-3", 10.6);
  assert.equal(profiles("LB-3", "TxProfile").at(-1).transaction, "tx-three");
  assert.equal(last("LB-1"), 10.6);
  assert.equal(last("LB-2"), 10.6);
  await page.getByRole("img", { name: /chargers draw .* of 31\.8 A they may, the circuit holds 40 A/ }).waitFor();
  assertCalm(page);
  await page.close();
});

test("the building's meter takes its part first, and whom that does not reach waits in the queue", async () => {
  const zone = (await world.api.get("/zones")).items[0];
  const page = await open(`/load-balancing/${zone.id}`, "Depot main");
  const reading = (each) => ({ l1_ma: each, l2_ma: each, l3_ma: each });
  await world.api.put(`/meters/${METER}/reading`, reading(16_000));
  // (40 − 16) less a fifth are 19.2 A.
  for (const identity of ["LB-1", "LB-2", "LB-3"]) await told(identity, 6.4);
  await world.api.put(`/meters/${METER}/reading`, reading(25_000));
  // 12 A: two of them at the least a car takes, the last one waits.
  await told("LB-1", 6);
  await told("LB-2", 6);
  await told("LB-3", 0);
  await row(page, "LB-3").getByText("Number 1 in the queue: phase L1 of Depot main is full.").waitFor();
  await page.getByRole("list").getByText("LB-3 EVSE 1").waitFor();
  await world.api.put(`/meters/${METER}/reading`, reading(0));
  await told("LB-3", 10.6);
  assertCalm(page);
  await page.close();
});

test("a charger that refuses is counted as it is, and the others get what is left", async () => {
  const zone = (await world.api.get("/zones")).items[0];
  const page = await open(`/load-balancing/${zone.id}`, "Depot main");
  chargers["LB-2"].answers.SetChargingProfile = { status: "Rejected" };
  await world.api.put(`/meters/${METER}/reading`, { l1_ma: 8_000, l2_ma: 8_000, l3_ma: 8_000 });
  // 25.6 A are left; what the second was allowed before is taken off: 15 A for two.
  await told("LB-1", 7.5);
  await told("LB-3", 7.5);
  await row(page, "LB-2").getByText("It did not take its limit (Rejected)").waitFor();
  chargers["LB-2"].answers.SetChargingProfile = { status: "Accepted" };
  assertCalm(page);
  await page.close();
});

test("sequential serves in turn; a minimum session power makes the rest wait", async () => {
  const zone = (await world.api.get("/zones")).items[0];
  await world.api.put(`/meters/${METER}/reading`, { power_w: 0 });
  const page = await open(`/load-balancing/${zone.id}`, "Depot main");
  await chargers["LB-2"].meter(1, world.second, 5_400, 0);
  await chargers["LB-2"].stop(world.second, 5_400, KEY);
  await page.getByRole("button", { name: "Change" }).click();
  const form = page.getByRole("dialog", { name: "Change zone" });
  await form.getByText("Sequential", { exact: true }).click();
  await form.getByText("First come, first served").waitFor();
  await form.getByLabel("Minimum session power").fill("6.9");
  await form.getByRole("button", { name: "Save" }).click();
  await told("LB-1", 32);
  await told("LB-3", 0);
  await chargers["LB-1"].meter(1, world.first, 1_900, 0);
  await chargers["LB-1"].stop(world.first, 1_900, KEY);
  await told("LB-3", 32);
  assertCalm(page);
  await page.close();
});

test("switched off, everything that was told is taken back; a phone shows it all", async () => {
  const zone = (await world.api.get("/zones")).items[0];
  const page = await open(`/load-balancing/${zone.id}`, "Depot main", { viewport: PHONE });
  await page.getByRole("switch", { name: "Zone active" }).click({ force: true });
  const ask = page.getByRole("dialog", { name: "Switch Depot main off" });
  await ask.getByText("The limits of 3 chargers are taken back.").waitFor();
  await ask.getByRole("button", { name: "Switch off" }).click();
  await page.getByText("This zone is off").waitFor();
  const cleared = (identity) =>
    chargers[identity].calls
      .filter((call) => call.action === "ClearChargingProfile")
      .map(({ payload }) => payload.id ?? payload.chargingProfileId);
  for (const identity of ["LB-1", "LB-2", "LB-3"]) {
    const kept = profiles(identity, "TxDefaultProfile").at(-1).id;
    await until(`${identity} to lose its default`, () => cleared(identity).includes(kept));
  }
  const limit = profiles("LB-3", "TxProfile").at(-1).id;
  await until("the session to be set free", () => cleared("LB-3").includes(limit));
  const log = await openPage(world.browser, world.server);
  await signIn(log);
  await log.goto("/audit");
  await log.getByText("Zone switched off").first().waitFor();
  assertCalm(page);
  await page.close();
});
