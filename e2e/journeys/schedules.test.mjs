// Times over real sockets: weekly charging hours kept in chargers of both families or by us, a charger's schedule beside its
// own word, a start put off by chance, and the cheapest or cleanest hour at home.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { assertCalm, openPage, PHONE, signIn } from "../lib/browser.mjs";
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
  for (const identity of ["SH-1", "SH-X"]) {
    stations[identity] = await api.station(world.site, identity, EVSES);
    chargers[identity] = await Charger.connect(stations[identity]);
    await chargers[identity].boot();
    await chargers[identity].status(1, "Available");
  }
  chargers["SH-X"].answers.SetChargingProfile = { status: "Rejected" };
  stations["SH-2"] = await api.station(world.site, "SH-2", EVSES);
  chargers["SH-2"] = await Charger.connect(stations["SH-2"], { protocol: "ocpp2.0.1" });
  await chargers["SH-2"].call("BootNotification", {
    reason: "PowerUp",
    chargingStation: { vendorName: "Nordkap", model: "Twin", firmwareVersion: "7.0" },
  });
  world.home = await api.site("Elm Street 4");
  stations.HOME = await api.station(world.home, "HOME", { ...EVSES, used_as: "home" });
  await api.patch(`/sites/${world.home.id}`, { free_charging: true });
  chargers.HOME = await Charger.connect(stations.HOME);
  await chargers.HOME.boot();
  await chargers.HOME.status(1, "Available");
});
after(() => Object.values(chargers).forEach((charger) => charger.close()));

/** The profiles a charger was sent, oldest first, in the words of 1.6. */
function profiles(identity, purpose) {
  const sent = chargers[identity].calls.filter((call) => call.action === "SetChargingProfile");
  const each = sent.map(({ payload }) => {
    const profile = payload.csChargingProfiles ?? payload.chargingProfile;
    const schedule = payload.csChargingProfiles ? profile.chargingSchedule : profile.chargingSchedule[0];
    return {
      id: profile.chargingProfileId ?? profile.id,
      evse: payload.connectorId ?? payload.evseId,
      purpose: profile.chargingProfilePurpose,
      kind: profile.chargingProfileKind,
      recurrency: profile.recurrencyKind,
      level: profile.stackLevel,
      transaction: profile.transactionId,
      start: schedule.startSchedule,
      unit: schedule.chargingRateUnit,
      limits: schedule.chargingSchedulePeriod.map((period) => [period.startPeriod, period.limit]),
    };
  });
  return each.filter((profile) => profile.purpose === purpose);
}

async function open(path, heading, more = {}) {
  const page = await openPage(world.browser, world.server, more);
  await signIn(page);
  await page.goto(path);
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  return page;
}

async function choose(page, field, name) {
  await field.click();
  await page.getByRole("option", { name, exact: true }).click();
}

const row = (page, name) => page.getByRole("row").filter({ hasText: name });

test("a site gets charging hours, and chargers of both families keep them as a week that repeats", async () => {
  const page = await open("/charging-hours", "Charging hours");
  await page.getByText("No charging hours yet").waitFor();
  await page.getByRole("button", { name: "New charging hours" }).first().click();
  const form = page.getByRole("dialog", { name: "New charging hours" });
  await choose(page, form.getByRole("combobox", { name: "Site" }), "Depot");
  // Nothing on any day, by keyboard: the window has the weekdays already.
  const window = form.getByRole("group", { name: "Window 1" });
  for (const day of ["Saturday", "Sunday"]) await window.getByRole("checkbox", { name: day }).press("Space");
  await window.getByLabel("From").fill("00:00");
  await window.getByLabel("To").fill("00:00");
  await form.getByRole("img", { name: "Sun 00:00–24:00: no charging" }).waitFor();
  await form.getByRole("button", { name: "Save" }).click();
  await row(page, "Depot").getByText("Every charger").waitFor();
  for (const identity of ["SH-1", "SH-2"]) {
    const week = await until(`a week in ${identity}`, () => profiles(identity, "TxDefaultProfile").at(-1));
    assert.deepEqual([week.kind, week.recurrency, week.evse, week.level], ["Recurring", "Weekly", 1, 1]);
    assert.deepEqual([week.unit, week.limits], ["A", [[0, 0]]]);
    // A Monday, midnight in Copenhagen.
    const start = new Date(week.start).toLocaleString("en-GB", {
      timeZone: "Europe/Copenhagen",
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
    });
    assert.match(start, /Mon.*00:00/);
  }
  // One refuses a week and days: it is named with its own word.
  await until("the last refusal", () =>
    profiles("SH-X", "TxDefaultProfile").some((each) => each.kind === "Absolute"),
  );
  const file = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: /CSV/ }).click();
  const lines = readFileSync(await (await file).path(), "utf8").split("\n");
  const line = lines.find((each) => each.includes("SH-1"));
  assert.match(line, /Depot.*every charger.*Mon 00:00-24:00 nothing.*SH-1/);
  await page.getByRole("cell", { name: "Every charger" }).click();
  const drawer = page.getByRole("dialog", { name: "Depot · Every charger" });
  await drawer.getByRole("row").filter({ hasText: "SH-1 EVSE 1" }).getByText("Held by the charger").waitFor();
  await drawer.getByRole("row").filter({ hasText: "SH-2 EVSE 1" }).getByText("Held by the charger").waitFor();
  const refusing = drawer.getByRole("row").filter({ hasText: "SH-X EVSE 1" });
  await refusing.getByText("Refused", { exact: true }).waitFor();
  await refusing.getByText("(Rejected)").waitFor();
  assertCalm(page);
  await page.close();
});

test("where a charger keeps nothing nobody starts outside the hours, with the reason; where it does, charge now goes through", async () => {
  const refused = await until("a refusal", async () => {
    const { idTagInfo, transactionId } = await chargers["SH-X"].call("StartTransaction", {
      connectorId: 1,
      idTag: KEY,
      meterStart: 1_000,
      timestamp: new Date().toISOString(),
    });
    if (idTagInfo.status !== "Accepted") return { idTagInfo, transactionId };
    await chargers["SH-X"].stop(transactionId, 1_000, KEY);
    return undefined;
  });
  assert.notEqual(refused.idTagInfo.status, "Accepted");
  await chargers["SH-X"].stop(refused.transactionId, 1_000, KEY);
  const told = await open(`/chargers/${stations["SH-X"].id}?tab=timeline`, "SH-X");
  await told
    .getByText(/nothing may be charged at this time/)
    .first()
    .waitFor();
  assertCalm(told);
  await told.close();

  const transaction = await chargers["SH-1"].start(1, KEY, 5_000);
  const { items } = await world.api.get(`/sessions?station_id=${stations["SH-1"].id}`);
  const page = await open(`/sessions/${items[0].id}`, /Session/);
  await page.getByRole("heading", { name: "When it may charge" }).waitFor();
  await page.getByRole("button", { name: "Charge now" }).click();
  const ask = page.getByRole("dialog", { name: "Charge now" });
  await ask.getByText("Limits of circuits stay.").waitFor();
  await ask.getByRole("button", { name: "Charge now" }).click();
  const own = await until("all it can deliver", () => profiles("SH-1", "TxProfile").at(-1));
  assert.deepEqual([own.transaction, own.evse, own.kind], [transaction, 1, "Absolute"]);
  assert.deepEqual(own.limits, [[0, 31.8]]);
  await page.getByText(/let it charge at once/).waitFor();
  const more = page.getByRole("button", { name: "Charge now" });
  await until("nothing more to ask for", async () => (await more.count()) === 0);
  await chargers["SH-1"].meter(1, transaction, 5_400, 0);
  await chargers["SH-1"].stop(transaction, 5_400, KEY);
  await page.goto("/audit");
  await page.getByText("Let charge at once").first().waitFor();
  assertCalm(page);
  await page.close();
});

test("a charger's own schedule stands beside what it was told, and what differs is named", async () => {
  const page = await open(`/chargers/${stations["SH-2"].id}?tab=schedule`, "SH-2");
  await page.getByText("It has not been asked for its own schedule").waitFor();
  const says =
    (limit) =>
    ({ evseId }) => ({
      status: "Accepted",
      schedule: {
        evseId,
        duration: 86_400,
        scheduleStart: new Date().toISOString(),
        chargingRateUnit: "A",
        chargingSchedulePeriod: [{ startPeriod: 0, limit }],
      },
    });
  chargers["SH-2"].answers.GetCompositeSchedule = says(16);
  await page.getByRole("button", { name: "Ask the charger" }).click();
  await page.getByText("it differs from what it was told from").waitFor();
  await page.getByRole("img", { name: /What the charger says: .* 16 A/ }).waitFor();
  assert.equal((await chargers["SH-2"].received("GetCompositeSchedule")).payload.duration, 86_400);
  chargers["SH-2"].answers.GetCompositeSchedule = says(0);
  await page.getByRole("button", { name: "Ask the charger" }).click();
  await page.getByText("it agrees with what it was told").waitFor();
  await page
    .getByRole("table", { name: "Profiles the charger was given" })
    .getByText("Charging hours")
    .waitFor();
  chargers["SH-2"].answers.GetCompositeSchedule = { status: "Rejected" };
  await page.getByRole("button", { name: "Ask the charger" }).click();
  await page.getByText("It gave no schedule: Rejected").waitFor();
  // What is for private chargers is not here.
  assert.equal(await page.getByRole("heading", { name: "Private charging" }).count(), 0);
  assertCalm(page);
  await page.close();
});

test("changed hours are told anew, a charger that booted is told again, and deleted ones are taken back; on a phone", async () => {
  const page = await open("/charging-hours", "Charging hours", { viewport: PHONE });
  await page.getByText("Every charger").click();
  const drawer = page.getByRole("dialog", { name: "Depot · Every charger" });
  await drawer.getByRole("button", { name: "Change" }).click();
  const form = page.getByRole("dialog", { name: "Change charging hours" });
  await choose(
    page,
    form.getByRole("group", { name: "Window 1" }).getByRole("combobox", { name: "Limit" }),
    "Amperes per phase",
  );
  await form.getByLabel("Amperes on each phase").fill("8");
  await form.getByRole("button", { name: "Save" }).click();
  const eight = (identity) =>
    profiles(identity, "TxDefaultProfile").filter(
      (each) => each.limits[0][1] === 8 && each.kind === "Recurring",
    ).length;
  for (const identity of ["SH-1", "SH-2"])
    await until(`eight amperes in ${identity}`, () => eight(identity) === 1);
  await chargers["SH-1"].boot();
  await until("the same after a boot", () => eight("SH-1") === 2);
  await drawer.getByRole("button", { name: "Delete" }).click();
  const ask = page.getByRole("dialog", { name: /Delete the charging hours/ });
  await ask.getByText("3 EVSEs lose them.").waitFor();
  await ask.getByRole("button", { name: "Delete" }).click();
  await page.getByText("No charging hours yet").waitFor();
  for (const identity of ["SH-1", "SH-2"]) {
    const id = profiles(identity, "TxDefaultProfile").at(-1).id;
    const cleared = () =>
      chargers[identity].calls.some(
        ({ action, payload }) =>
          action === "ClearChargingProfile" && (payload.id ?? payload.chargingProfileId) === id,
      );
    await until(`${identity} to lose its week`, cleared);
  }
  assertCalm(page);
  await page.close();
});

test("at home a start is put off by chance, and charge now skips that", async () => {
  const page = await open(`/chargers/${stations.HOME.id}?tab=schedule`, "HOME");
  await page.getByRole("heading", { name: "Private charging" }).waitFor();
  await page.getByRole("switch", { name: "Smart charging" }).click({ force: true });
  await page.getByLabel("Random delay, at most").fill("30");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved", { exact: true }).first().waitFor();
  world.transaction = await chargers.HOME.start(1, KEY, 1_000);
  const own = await until("a delay", () => profiles("HOME", "TxProfile").at(-1));
  assert.equal(own.transaction, world.transaction);
  assert.equal(own.limits.length, 2);
  const [[first, nothing], [delay, all]] = own.limits;
  assert.deepEqual([first, nothing, all], [0, 0, 31.8]);
  assert.ok(delay > 0 && delay <= 1_800, String(delay));
  await page.getByRole("link", { name: "To the running session" }).click();
  await page.getByText(`Its start is put off by ${delay} s, by chance.`).waitFor();
  await page.getByRole("button", { name: "Charge now" }).click();
  await page.getByRole("dialog", { name: "Charge now" }).getByRole("button", { name: "Charge now" }).click();
  await until("all at once", () => profiles("HOME", "TxProfile").at(-1).limits.length === 1);
  await chargers.HOME.meter(1, world.transaction, 1_200, 11_000);
  await chargers.HOME.stop(world.transaction, 1_200, KEY);
  assertCalm(page);
  await page.close();
});

test("at home the car charges in the cheapest hour before it must be ready, and what that saves is said", async () => {
  const { api } = world;
  const profile = await api.post("/price-profiles", {
    name: "Elm Street",
    zone: "DK1",
    currency: "DKK",
    content: { vat: "0", components: [] },
  });
  await api.put(`/home-chargers/${stations.HOME.id}/price-profile`, { price_profile_id: profile.id });
  // Ready in some hours, by the clock there; the third hour from now is the cheapest.
  const now = Math.floor(Date.now() / HOUR) * HOUR;
  const stamp = (at) => new Date(at).toISOString().slice(0, 16).replace("T", " ");
  const lines = Array.from(
    { length: 30 },
    (_, hour) => `${stamp(now + hour * HOUR)};DK1;${hour === 3 ? 200 : 1_000}`,
  );
  await api.post("/spot-prices/import", { csv: `TimeUTC;PriceArea;DayAheadPriceDKK\n${lines.join("\n")}\n` });
  const ready = new Date(now + 6 * HOUR).toLocaleTimeString("en-GB", {
    timeZone: "Europe/Copenhagen",
    hour: "2-digit",
    minute: "2-digit",
  });
  const page = await open(`/chargers/${stations.HOME.id}?tab=schedule`, "HOME");
  await page.getByLabel("Random delay, at most").fill("0");
  await choose(page, page.getByRole("combobox", { name: "Charge when" }), "Electricity is cheapest");
  await page.getByText("Prices come from the price profile Elm Street.").waitFor();
  await page.getByLabel("Ready by").fill(ready);
  await page.getByLabel("To charge by then").fill("11");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved", { exact: true }).first().waitFor();
  const before = profiles("HOME", "TxProfile").length;
  world.transaction = await chargers.HOME.start(1, KEY, 2_000);
  const plan = await until("a plan", () => profiles("HOME", "TxProfile").slice(before).at(-1));
  assert.equal(plan.transaction, world.transaction);
  // Nothing, then half an hour of everything, then nothing until it must be ready.
  assert.deepEqual(
    plan.limits.map(([, limit]) => limit),
    [0, 31.8, 0, 31.8],
  );
  const [, [from], [to], [end]] = plan.limits;
  const start = Date.parse(plan.start);
  assert.ok(Math.abs(start + from * 1_000 - (now + 3 * HOUR)) < 2_000, "the cheapest hour");
  assert.ok(Math.abs(to - from - 1_800) < 5, "half an hour");
  assert.ok(Math.abs(start + end * 1_000 - (now + 6 * HOUR)) < 2_000, "ready");
  await page.getByRole("link", { name: "To the running session" }).click();
  await page.getByText("It charges when electricity is cheapest.").waitFor();
  await page.getByText(/Planned when the car came/).waitFor();
  await page.getByText(/As planned DKK.2\.20; charged at once DKK.11\.00/).waitFor();
  await page.getByText(/DKK.8\.80 less\./).waitFor();
  await chargers.HOME.meter(1, world.transaction, 2_200, 11_000);
  await chargers.HOME.stop(world.transaction, 2_200, KEY);
  assertCalm(page);
  await page.close();
});

test("carbon intensity is read in whole or not at all, is seen around now, and a car at home follows it", async () => {
  const page = await open("/electricity?tab=carbon&place=SE4", "Electricity prices");
  await page.getByText("Nothing is known of SE4 around now").waitFor();
  await choose(page, page.getByRole("combobox", { name: "Price zone" }), "DK1 · Europe/Copenhagen");
  await page.getByText("Nothing is known of DK1 around now").waitFor();
  await page.getByRole("button", { name: "Read in" }).first().click();
  const form = page.getByRole("dialog", { name: "Read in carbon intensity of DK1" });
  const now = Math.floor(Date.now() / HOUR) * HOUR;
  const stamp = (at) => new Date(at).toISOString();
  const lines = Array.from(
    { length: 12 },
    (_, hour) => `${stamp(now + hour * HOUR)},${stamp(now + (hour + 1) * HOUR)},${hour === 2 ? 41 : 310}`,
  );
  const csv = (rows) => ["from,until,grams_per_kwh", ...rows].join("\n");
  const wrong = [...lines, `soon,${stamp(now)},80`, `${stamp(now)},${stamp(now + HOUR)},-5`];
  await form.getByRole("textbox", { name: "Lines" }).fill(csv(wrong));
  await form.getByRole("button", { name: "Take these lines" }).click();
  await form.getByText("Nothing was taken: 2 lines are wrong").waitFor();
  await form.getByRole("row", { name: "Line 14 A time cannot be read" }).waitFor();
  await form.getByRole("row", { name: "Line 15 Grams must be a whole number from 0 to 5000" }).waitFor();
  assert.deepEqual((await world.api.get("/carbon-intensity?zone=DK1")).slots, []);
  await form.getByRole("textbox", { name: "Lines" }).fill(csv(lines));
  await form.getByRole("button", { name: "Take these lines" }).click();
  await page.getByText("12 stretches of time were taken").waitFor();
  const figure = page.getByRole("figure", { name: /^Grams of CO₂ per kWh in DK1/ });
  await figure.getByText("Carbon intensity 310 g").waitFor();
  await figure.getByRole("button", { name: "Show as a table" }).click();
  const rows = figure.getByRole("row");
  assert.equal(await rows.count(), 13);
  await rows.filter({ hasText: "41 g" }).waitFor();
  // What the cleanest hour is for: the car at home waits for it.
  await page.goto(`/chargers/${stations.HOME.id}?tab=schedule`);
  await choose(page, page.getByRole("combobox", { name: "Charge when" }), "Electricity is cleanest");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved", { exact: true }).first().waitFor();
  const before = profiles("HOME", "TxProfile").length;
  world.transaction = await chargers.HOME.start(1, KEY, 3_000);
  const plan = await until("a plan", () => profiles("HOME", "TxProfile").slice(before).at(-1));
  const [, [from, full]] = plan.limits;
  assert.equal(full, 31.8);
  assert.ok(Math.abs(Date.parse(plan.start) + from * 1_000 - (now + 2 * HOUR)) < 2_000, "the cleanest hour");
  await chargers.HOME.meter(1, world.transaction, 3_200, 11_000);
  await chargers.HOME.stop(world.transaction, 3_200, KEY);
  assertCalm(page);
  await page.close();
});
