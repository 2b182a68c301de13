// A zone planned by price over real sockets: switched on without prices it shares fairly and says why; with prices a car waits
// for the cheap hours, the page shows when and what that saves, and charge now lets one go.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertCalm, openPage, PHONE, seriousFindings, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { until } from "../lib/server.mjs";
import { Charger } from "../lib/station.mjs";

const KEY = "04AA11BB";
const HOUR = 3_600_000;
const chargers = {};
const stations = {};

/** One plug of 22 kW. */
const EVSES = {
  evses: [{ evse: 1, max_power_w: 22_000, current: "ac", connectors: [{ connector: 1, kind: "type2" }] }],
};

const world = withServer({}, async (world) => {
  const { api } = world;
  world.site = await api.site("Depot");
  await api.key(KEY);
  await api.put("/smart-charging-models", { vendor: "Voltaro", model: "Pillar 22", tested: true });
  for (const identity of ["PL-1", "PL-2"]) {
    stations[identity] = await api.station(world.site, identity, EVSES);
    chargers[identity] = await Charger.connect(stations[identity]);
    await chargers[identity].boot();
    await chargers[identity].status(1, "Available");
  }
  world.zone = await api.post("/zones", {
    name: "Night park",
    site_id: world.site.id,
    capacity_ma: { l1: 80_000, l2: 80_000, l3: 80_000 },
    distribution: "dynamic",
    chargers: Object.values(stations).map((station) => ({ station_id: station.id, phases: 3 })),
  });
  await api.put(`/zones/${world.zone.id}/status`, { enabled: true });
  world.profile = await api.post("/price-profiles", {
    name: "Depot power",
    zone: "DK1",
    currency: "DKK",
    content: { vat: "0", components: [] },
  });
});
after(() => {
  for (const charger of Object.values(chargers)) charger.close();
});

/** The limit a charger was told last for its session. */
function last(identity) {
  const sent = chargers[identity].calls.filter((call) => call.action === "SetChargingProfile");
  const own = sent
    .map(({ payload }) => payload.csChargingProfiles)
    .filter((profile) => profile.chargingProfilePurpose === "TxProfile");
  return own.at(-1)?.chargingSchedule.chargingSchedulePeriod[0].limit;
}

const told = (identity, limit) =>
  until(`${identity} to be told ${limit} A (it has ${last(identity)})`, () => last(identity) === limit);

async function open(path, heading, more = {}) {
  const page = await openPage(world.browser, world.server, more);
  await signIn(page);
  await page.goto(path);
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  return page;
}

const openZone = (more) => open(`/load-balancing/${world.zone.id}`, "Night park", more);
const panel = (page) => page.getByRole("region", { name: "Plan by price" });
const row = (page, name) => page.getByRole("row").filter({ hasText: name });

/** Hourly prices from this hour on: the fourth to the sixth are cheap. */
function prices() {
  const now = Math.floor(Date.now() / HOUR) * HOUR;
  const stamp = (at) => new Date(at).toISOString().slice(0, 16).replace("T", " ");
  const lines = Array.from({ length: 30 }, (_, hour) => {
    return `${stamp(now + hour * HOUR)};DK1;${hour >= 3 && hour < 6 ? 200 : 1_000}`;
  });
  return { csv: `TimeUTC;PriceArea;DayAheadPriceDKK\n${lines.join("\n")}\n` };
}

test("a plan is switched on with what it is made by; without prices power is shared fairly, and the page says so", async () => {
  const page = await openZone();
  await panel(page).getByText("No limit is ever raised for it").waitFor();
  await panel(page).getByRole("switch", { name: "Plan by price" }).click({ force: true });
  const form = page.getByRole("dialog", { name: "Plan by price" });
  await form.getByRole("button", { name: "Switch on" }).click();
  await form.getByText("Choose a price profile").waitFor();
  await form.getByRole("combobox", { name: "Price profile" }).click();
  await page.getByRole("option", { name: "Depot power" }).click();
  await form.getByLabel("Capacity charge (DKK per kW)").fill("0");
  await form.getByLabel("Expected stay (hours)").fill("12");
  await form.getByLabel("Expected energy (kWh)").fill("20");
  await form.getByRole("button", { name: "Switch on" }).click();
  await panel(page).getByText("nobody knows what electricity costs now").waitFor();
  world.first = await chargers["PL-1"].start(1, KEY, 1_000);
  await told("PL-1", 31.8);
  await row(page, "PL-1").getByText("It gets all it can deliver.").waitFor();
  assertCalm(page);
  await page.close();
});

test("with prices the cars wait for the cheap hours: told nothing now, with when and why, the chart and what it saves", async () => {
  const page = await openZone();
  await world.api.post("/spot-prices/import", prices());
  await told("PL-1", 0);
  world.second = await chargers["PL-2"].start(1, KEY, 5_000);
  await told("PL-2", 0);
  // Never a word of full power before: it waited for its plan.
  const limits = chargers["PL-2"].calls
    .filter((call) => call.action === "SetChargingProfile")
    .map(({ payload }) => payload.csChargingProfiles)
    .filter((profile) => profile.chargingProfilePurpose === "TxProfile")
    .map((profile) => profile.chargingSchedule.chargingSchedulePeriod[0].limit);
  assert.deepEqual(new Set(limits), new Set([0]));
  await row(page, "PL-2").getByText("It waits for a better hour: planned to start").waitFor();
  await panel(page)
    .getByRole("img", { name: /building and cars, at most .* kW of 55\.2 kW/ })
    .waitFor();
  await panel(page).getByRole("img", { name: "Price: 0.2 DKK/kWh to 1 DKK/kWh" }).waitFor();
  const cars = panel(page).getByRole("table", { name: "Planned cars" });
  await cars.getByRole("row").filter({ hasText: "PL-1" }).getByText("expected", { exact: true }).waitFor();
  await cars.getByRole("row").filter({ hasText: "PL-2" }).getByText(/^20(\.0+)?\s?kWh$/).first().waitFor();
  // Forty kilowatt-hours, less what was charged at once: at 0.2 instead of 1.
  await panel(page)
    .getByText(/At once: DKK\s?\d+\.\d\d, DKK\s?\d+\.\d\d more/)
    .waitFor();
  const { plan } = await world.api.get(`/zones/${world.zone.id}/plan`);
  assert.equal(plan.cars.length, 2);
  assert.ok(plan.cost * 4 < plan.cost_at_once, `${plan.cost} of ${plan.cost_at_once}`);
  assert.ok(plan.cars.every((car) => car.short === null && car.gets_wh === car.wants_wh));
  assert.deepEqual(await seriousFindings(page), []);
  assertCalm(page);
  await page.close();
});

test("sunshine told over the API is taken first, and charge now leaves the plan", async () => {
  const { api } = world;
  const now = Math.floor(Date.now() / HOUR) * HOUR;
  const slot = { from: new Date(now + HOUR), until: new Date(now + 3 * HOUR), power_w: 30_000 };
  await api.put(`/zones/${world.zone.id}/solar-forecast`, { slots: [slot] });
  const plan = await until("a plan with the sun", async () => {
    const found = await api.get(`/zones/${world.zone.id}/plan`);
    return found.plan?.intervals.some((each) => each.solar_w > 0) ? found.plan : undefined;
  });
  assert.equal(plan.cost, 0);
  const page = await openZone();
  await panel(page).getByRole("link", { name: "PL-2 EVSE 1" }).click();
  await page.getByRole("heading", { name: "When it may charge" }).waitFor();
  await page.getByText("Planned by Night park").waitFor();
  await page.getByRole("button", { name: "Charge now" }).click();
  await page.getByRole("dialog", { name: "Charge now" }).getByRole("button", { name: "Charge now" }).click();
  await told("PL-2", 31.8);
  assert.equal(last("PL-1"), 0);
  await page.goto(`/load-balancing/${world.zone.id}`);
  await panel(page).getByText("PL-2 EVSE 1: it was let charge at once.").waitFor();
  assertCalm(page);
  await page.close();
});

test("switched off everybody has his share again; the log says who; on a phone", async () => {
  const page = await openZone({ viewport: PHONE });
  await panel(page).getByRole("table", { name: "Planned cars" }).waitFor();
  await panel(page).getByRole("switch", { name: "Plan by price" }).click({ force: true });
  await panel(page).getByText("No limit is ever raised for it").waitFor();
  await told("PL-1", 31.8);
  for (const [identity, transaction, register] of [
    ["PL-1", world.first, 1_400],
    ["PL-2", world.second, 5_400],
  ]) {
    await chargers[identity].meter(1, transaction, register, 11_000);
    await chargers[identity].stop(transaction, register, KEY);
  }
  await page.goto("/audit");
  await page.getByText("Plan by price set").first().waitFor();
  assertCalm(page);
  await page.close();
});
