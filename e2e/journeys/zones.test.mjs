// Zones in depth: a limit is tried on a day that was, zones hang on zones, the platform notes which models obey.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertCalm, openPage, PHONE, seriousFindings, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { until } from "../lib/server.mjs";
import { Charger } from "../lib/station.mjs";

const KEY = "04AA11BB";
const MINUTE = 60_000;
const chargers = {};
/** Noon of yesterday, in Denmark as in UTC the same day. */
const noon = new Date(Date.now() - 24 * 60 * MINUTE);
noon.setUTCHours(11, 0, 0, 0);

const world = withServer({}, async (world) => {
  const { api } = world;
  world.site = await api.site("Depot");
  await api.key(KEY);
  world.stations = {};
  for (const identity of ["YARD-1", "YARD-2", "YARD-3"]) {
    world.stations[identity] = await api.station(world.site, identity);
    chargers[identity] = await Charger.connect(world.stations[identity]);
    await chargers[identity].boot();
    await chargers[identity].status(1, "Available");
  }
});
after(() => Object.values(chargers).forEach((charger) => charger.close()));

/** A car that took 11 kW for an hour and stayed for an hour and a half. */
async function visited(identity) {
  const charger = chargers[identity];
  const at = (minutes) => new Date(noon.getTime() + minutes * MINUTE).toISOString();
  const { transactionId } = await charger.call("StartTransaction", {
    connectorId: 1,
    idTag: KEY,
    meterStart: 0,
    timestamp: at(0),
  });
  const sampled = (value, measurand, unit, more = {}) => ({ value: String(value), measurand, unit, ...more });
  const meterValue = [10, 30, 50].map((minutes) => ({
    timestamp: at(minutes),
    sampledValue: [
      sampled((11_040 * minutes) / 60, "Energy.Active.Import.Register", "Wh"),
      sampled(11_040, "Power.Active.Import", "W"),
      ...["L1", "L2", "L3"].map((phase) => sampled(16, "Current.Import", "A", { phase })),
    ],
  }));
  await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue });
  await charger.call("StopTransaction", {
    transactionId,
    idTag: KEY,
    meterStop: 11_040,
    timestamp: at(90),
    reason: "EVDisconnected",
  });
}

async function open(path, heading, more = {}) {
  const page = await openPage(world.browser, world.server, more);
  await signIn(page);
  await page.goto(path);
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  return page;
}

const row = (page, name) => page.getByRole("row").filter({ hasText: name });
const last = (identity) => {
  const sent = chargers[identity].calls.filter((call) => call.action === "SetChargingProfile");
  const own = sent.map(({ payload }) => payload.csChargingProfiles);
  const session = own.filter((profile) => profile.chargingProfilePurpose === "TxProfile").at(-1);
  return session?.chargingSchedule.chargingSchedulePeriod[0].limit;
};
const told = (identity, limit) =>
  until(`${identity} to be told ${limit} A (it has ${last(identity)})`, () => last(identity) === limit);

test("the platform notes which models obey a limit, and takes it back", async () => {
  const page = await open("/load-balancing?tab=models", "Load balancing");
  await page.getByText("No model noted yet").waitFor();
  for (const [model, verdict] of [
    ["Pillar 22", "Tested to obey limits"],
    ["Stump 3", "Does not obey limits"],
  ]) {
    await page.getByRole("button", { name: "Note a model" }).first().click();
    const form = page.getByRole("dialog", { name: "Note a model" });
    await form.getByLabel("Manufacturer").fill("Voltaro");
    await form.getByLabel("Model").fill(model);
    await form.getByText(verdict, { exact: true }).click();
    await form.getByRole("button", { name: "Save" }).click();
    await row(page, model).getByText(verdict).waitFor();
  }
  await page.getByRole("button", { name: "Take back what is noted of Voltaro Stump 3" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Take back" }).click();
  await row(page, "Stump 3").waitFor({ state: "detached" });
  const { items } = await world.api.get("/smart-charging-models");
  assert.deepEqual(items.map((each) => [each.model, each.tested]), [["Pillar 22", true]]);
  const candidates = await world.api.get(`/zones/candidates?site_id=${world.site.id}`);
  assert.ok(candidates.items.every((each) => each.may_be_chosen));
  assertCalm(page);
  await page.close();
});

test("a limit is tried on yesterday's sessions before anything is switched on", async () => {
  await Promise.all([visited("YARD-1"), visited("YARD-2")]);
  const chosen = (identity) => ({
    station_id: world.stations[identity].id,
    phases: 3,
    rotation: "RST",
    priority: 0,
  });
  world.yard = await world.api.post("/zones", {
    name: "Yard",
    site_id: world.site.id,
    capacity_ma: { l1: 40_000, l2: 40_000, l3: 40_000 },
    distribution: "dynamic",
    chargers: [chosen("YARD-1"), chosen("YARD-2")],
  });
  const page = await open(`/load-balancing/${world.yard.id}`, "Yard");
  await page.getByRole("button", { name: "Try a limit" }).click();
  await page.getByRole("heading", { level: 1, name: "Try a limit" }).waitFor();
  await page.getByRole("button", { name: "Try it" }).click();
  await page.getByText("2 sessions were played again.").waitFor();
  await page.getByText("No session would have been done later or with less.").waitFor();
  await row(page, "Yard").getByText("Within the fuse").waitFor();

  // Half of what both took: they leave with three quarters.
  await page.getByLabel("Maximum grid capacity").fill("16");
  await page.getByRole("button", { name: "Try it" }).click();
  await page.getByText("2 sessions would have felt it").waitFor();
  await page.getByText("Not done").first().waitFor();
  await row(page, "YARD-1").getByText(/8\.28/).waitFor();
  await page.getByRole("img", { name: /with these settings at most 16 A, the fuse holds 16 A/ }).waitFor();
  assert.deepEqual(await seriousFindings(page), []);

  // In turn, the second charger first: the other waits for an hour.
  await page.getByText("Sequential", { exact: true }).click();
  await page.getByRole("textbox", { name: "Priority of YARD-2" }).fill("5");
  await page.getByRole("button", { name: "Try it" }).click();
  await page.getByText("1 session would have felt it").waitFor();
  await row(page, "YARD-1").getByText("Not done").waitFor();
  assert.deepEqual(
    Object.values(chargers).flatMap((charger) => charger.calls.filter((call) => call.action === "SetChargingProfile")),
    [],
    "no charger heard of it",
  );

  await page.getByLabel("Maximum grid capacity").fill("32");
  await page.getByText("Dynamic", { exact: true }).click();
  await page.getByRole("button", { name: "Try it" }).click();
  await page.getByText("No session would have been done later or with less.").waitFor();
  await page.getByRole("button", { name: "Use these settings" }).click();
  const form = page.getByRole("dialog", { name: "Change zone" });
  assert.equal(await form.getByLabel("Maximum grid capacity").inputValue(), "32 A");
  await form.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { level: 1, name: "Yard" }).waitFor();
  const kept = await world.api.get(`/zones/${world.yard.id}`);
  assert.equal(kept.capacity_ma.l1, 32_000);
  assert.equal(kept.chargers.find((each) => each.station_id === world.stations["YARD-2"].id).priority, 5);
  assertCalm(page);
  await page.close();
});

test("a zone hangs on a zone: the smaller circuit bounds its own, the larger one all of them", async () => {
  const page = await open("/load-balancing", "Load balancing");
  await page.getByRole("button", { name: "New zone" }).click();
  const form = page.getByRole("dialog", { name: "New zone" });
  await form.getByLabel("Zone name").fill("Shed");
  await form.getByRole("combobox", { name: "Site" }).click();
  await page.getByRole("option", { name: "Depot" }).click();
  await form.getByRole("combobox", { name: "Part of zone" }).click();
  await page.getByRole("option", { name: "Yard" }).click();
  await form.getByText("Current per phase (A)").click();
  await form.getByLabel("Maximum grid capacity").fill("10");
  await form.getByLabel("Grid capacity buffer").fill("0");
  await form.getByRole("checkbox", { name: "YARD-3" }).check();
  await form.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { level: 1, name: "Shed" }).waitFor();
  const { items } = await world.api.get("/zones");
  const shed = items.find((zone) => zone.name === "Shed");
  assert.equal(shed.parent_id, world.yard.id);
  for (const zone of [world.yard, shed]) await world.api.put(`/zones/${zone.id}/status`, { enabled: true });

  // Alone on 32 A, the one in the shed has what its own circuit holds.
  await chargers["YARD-3"].start(1, KEY, 0);
  await told("YARD-3", 10);
  await row(page, "YARD-3").getByText("Phase L1 of Shed gives no more.").waitFor();

  // With two more on the larger circuit there are less than 10 A for each: they stand higher, then the yard is full.
  await chargers["YARD-1"].start(1, KEY, 20_000);
  await chargers["YARD-2"].start(1, KEY, 20_000);
  await until("all of them to be told", () => last("YARD-1") !== undefined && last("YARD-2") !== undefined);
  const sum = () => ["YARD-1", "YARD-2", "YARD-3"].reduce((all, identity) => all + last(identity), 0);
  await until("the yard to be shared", () => sum() > 30 && sum() <= 32);
  assert.ok(last("YARD-3") <= 10);
  await page.goto(`/load-balancing/${world.yard.id}`);
  await row(page, "YARD-1").getByText("Phase L1 of Yard gives no more.").waitFor();
  await page.getByRole("img", { name: /the circuit holds 32 A/ }).waitFor();
  await page.getByRole("img", { name: /the circuit holds 10 A/ }).waitFor();

  // A narrower yard bounds the shed as well, and says so there.
  await world.api.put(`/zones/${world.yard.id}`, { ...(await writable(world.yard.id)), capacity_ma: even(19_000) });
  await until("19 A to be kept", () => sum() <= 19);
  await page.goto(`/load-balancing/${shed.id}`);
  await row(page, "YARD-3").getByText(/Phase L1 of Yard gives no more|Number \d in the queue: phase L1 of Yard/).waitFor();
  assertCalm(page);
  await page.close();
});

const even = (each) => ({ l1: each, l2: each, l3: each });

async function writable(id) {
  const { name, site_id, parent_id, capacity_ma, voltage_mv, buffer_permille, least_session_w, distribution, chargers } =
    await world.api.get(`/zones/${id}`);
  return { name, site_id, parent_id, capacity_ma, voltage_mv, buffer_permille, least_session_w, distribution, chargers };
}

test("a phone shows the trial", async () => {
  const page = await open(`/load-balancing/${world.yard.id}/trial`, "Try a limit", { viewport: PHONE });
  await page.getByRole("button", { name: "Try it" }).click();
  await page.getByText("2 sessions were played again.").waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  assert.equal(wide, false, "nothing is wider than the phone");
  assert.deepEqual(await seriousFindings(page), []);
  assertCalm(page);
  await page.close();
});
