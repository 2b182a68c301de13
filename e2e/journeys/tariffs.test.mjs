// Tariffs: made in the short form, given to a site and a charger, changed for later, asked what-if, and found on a receipt.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, PHONE, seriousFindings, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { until } from "../lib/server.mjs";
import { Charger } from "../lib/station.mjs";

let site;
let station;
const world = withServer({}, async ({ api }) => {
  site = await api.site();
  station = await api.station(site, "PRICE-1", {
    evses: [{ evse: 1, connectors: [{ connector: 1, kind: "type2" }] }],
  });
  await api.key("CARD1");
});

async function open(path, options = {}) {
  const page = await openPage(world.browser, world.server, options);
  await signIn(page);
  await page.goto(path);
  return page;
}

test("a tariff is made in the short form and says in words what it does", async () => {
  const page = await open("/tariffs");
  await page.getByText("No tariffs yet").waitFor();
  await page.getByRole("button", { name: "New tariff" }).first().click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Name").fill("Day and night");
  await form.getByRole("combobox", { name: "Currency" }).click();
  await form.getByRole("combobox", { name: "Currency" }).fill("DKK");
  await page.getByRole("option", { name: "DKK" }).click();
  await form.getByLabel("Per kWh").first().fill("3.50");
  await form.getByLabel("Per session", { exact: true }).fill("5");
  await form.getByLabel("Per minute standing there").fill("0.50");
  await form.getByRole("button", { name: "Another block" }).click();
  const block = form.getByRole("group", { name: "Block 1" });
  await block.getByLabel("From", { exact: true }).fill("22:00");
  await block.getByLabel("Until", { exact: true }).fill("06:00");
  await block.getByLabel("Per kWh").fill("2,25");
  await form.getByText("22:00 to 06:00").waitFor();
  await form.getByText("DKK 2.25 per kWh").waitFor();
  await form.getByText("DKK 0.50 per minute of standing there without charging").waitFor();
  await form.getByText("Prices contain 25 % VAT.").waitFor();
  await form.getByRole("button", { name: "New tariff" }).click();
  await page.getByRole("heading", { level: 1, name: "Day and night" }).waitFor();
  await page.getByText("In force", { exact: true }).waitFor();

  const [kept] = (await world.api.get("/tariffs")).items;
  assert.equal(kept.versions[0].rules.elements[0].restrictions.start_time, "22:00");
  assert.equal(
    kept.versions[0].rules.elements[1].components.find((c) => c.dimension === "occupied_time").price,
    "30.00",
  );
  assertCalm(page);
});

test("blocks that overlap are refused, and every condition of the standard can be set", async () => {
  const page = await open("/tariffs");
  await page.getByRole("button", { name: "New tariff" }).first().click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Name").fill("Tiers");
  await form.getByLabel("Per kWh").first().fill("0.50");
  for (const [number, from, to] of [
    [1, "08:00", "12:00"],
    [2, "11:00", "14:00"],
  ]) {
    await form.getByRole("button", { name: "Another block" }).click();
    const block = form.getByRole("group", { name: `Block ${number}` });
    await block.getByLabel("From", { exact: true }).fill(from);
    await block.getByLabel("Until", { exact: true }).fill(to);
    await block.getByLabel("Per kWh").fill("0.60");
  }
  await form.getByRole("button", { name: "New tariff" }).click();
  await form.getByText("Overlaps with block 1").waitFor();
  await form.getByRole("button", { name: "Remove block 2" }).click();
  await form.getByText("Every condition").click();
  await form.getByRole("button", { name: "Another part, first in the list" }).click();
  const first = form.getByRole("group", { name: "Part 1", exact: true });
  await first.getByLabel("Price", { exact: true }).fill("0.80");
  await first.getByLabel("Below kWh").fill("10");
  await form.getByText("For the first 10 kWh").waitFor();
  await form.getByRole("button", { name: "New tariff" }).click();
  await page.getByRole("heading", { level: 1, name: "Tiers" }).waitFor();
  const tiers = (await world.api.get("/tariffs")).items.find((each) => each.name === "Tiers");
  assert.equal(tiers.versions[0].rules.elements[0].restrictions.max_energy_wh, 10_000);
  assert.equal(tiers.versions[0].rules.elements.length, 3);
  await page.getByRole("button", { name: "Manage" }).click();
  await page.getByRole("menuitem", { name: "Delete tariff" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete tariff" }).click();
  await page.getByRole("link", { name: "Day and night" }).waitFor();
  assert.equal((await world.api.get("/tariffs")).items.length, 1);
  assertCalm(page);
});

test("the calculator asks the engine, and prices scheduled for later can be taken back", async () => {
  const [{ id }] = (await world.api.get("/tariffs")).items;
  const page = await open(`/tariffs/${id}`);
  await page.getByLabel("Start", { exact: false }).fill("2027-03-01T12:00");
  await page.getByLabel("Unplugged").fill("2027-03-01T14:30");
  await page.getByLabel("Energy", { exact: true }).fill("20");
  await page.getByLabel("Charging power").fill("10");
  await page.getByRole("button", { name: "Calculate" }).click();
  // 5 + 20 × 3.50 + 30 × 0.50
  const receipt = page.getByRole("table", { name: "What it would cost" });
  await receipt.getByRole("row", { name: /Total/ }).getByText("DKK 90.00").waitFor();

  await page.getByRole("button", { name: "New prices" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("In force from", { exact: false }).fill("2027-12-01T00:00");
  await form.getByLabel("Per kWh").first().fill("4.00");
  await form.getByRole("button", { name: "Set prices" }).click();
  await page.getByText("Scheduled", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Take back" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Take back" }).click();
  await page.getByText("Scheduled", { exact: true }).waitFor({ state: "detached" });
  assert.deepEqual(await seriousFindings(page), []);
  assertCalm(page);
});

test("a site gets the tariff, a session is priced by it, and past sessions can be priced by another", async () => {
  const page = await open(`/sites/${site.id}`);
  await page.getByText("No tariff: sessions at this site have no price.").waitFor();
  await page.getByRole("button", { name: "Choose tariff" }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("combobox", { name: "Tariff" }).click();
  await page.getByRole("option", { name: "Day and night" }).click();
  await form.getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name: "Day and night" }).waitFor();

  const charger = await Charger.connect(station);
  await charger.boot();
  await charger.status(1, "Preparing");
  const number = await charger.start(1, "CARD1", 0);
  await charger.stop(number, 10_000, "CARD1");
  charger.close();
  const [session] = await until("a price", async () => {
    const { items } = await world.api.get("/sessions?status=ended");
    return items[0]?.cost && items;
  });
  await page.goto(`/sessions/${session.id}`);
  await page.getByRole("table", { name: "Why this price" }).getByText("DKK 5.00").first().waitFor();

  const cheap = {
    currency: "DKK",
    prices: "with_vat",
    elements: [{ components: [{ dimension: "energy", price: "1.00", vat: "25" }] }],
  };
  const other = await world.api.post("/tariffs", {
    name: "Cheap",
    rules: cheap,
    valid_from: "2026-01-01T00:00:00Z",
  });
  await page.goto(`/tariffs/${other.id}`);
  await page.getByText("A past session").click();
  await page.getByRole("combobox", { name: "Session" }).click();
  await page.getByRole("option", { name: /PRICE-1/ }).click();
  await page.getByRole("button", { name: "Calculate" }).click();
  const asked = await world.api.post("/tariffs/preview", { tariff_id: other.id, session_id: session.id });
  assert.equal(asked.with_vat, (session.energy_wh / 1_000).toFixed(2));
  await page
    .getByRole("table", { name: "What it would cost" })
    .getByRole("row", { name: /Total/ })
    .getByText(`DKK ${asked.with_vat}`)
    .waitFor();
  assertCalm(page);
});

test("a charger has a tariff of its own and publishes another", async () => {
  const page = await open(`/chargers/${station.id}`);
  await page.getByRole("button", { name: "Choose tariff" }).click();
  const form = page.getByRole("dialog");
  const plug = form.getByRole("group", { name: "Plug 1" });
  await plug.getByRole("combobox", { name: "Own tariff" }).click();
  await page.getByRole("option", { name: "Cheap" }).click();
  await plug.getByRole("combobox", { name: "Published tariff" }).click();
  await page.getByRole("option", { name: "Day and night" }).click();
  await form.getByRole("button", { name: "Save" }).click();
  await page.getByRole("table", { name: "Tariffs of this charger" }).getByText("Cheap").waitFor();
  const kept = (await world.api.get(`/stations/${station.id}/tariffs`)).items;
  assert.equal(kept.length, 1);
  assert.equal(kept[0].evse, 1);

  await page.setViewportSize(PHONE);
  await page.goto("/tariffs");
  await page.getByRole("link", { name: "Day and night" }).click();
  await page.getByText("Published for the charger").waitFor();
  assertCalm(page);
});

test("a charger that computes costs itself is told what is charged there, and the page says whether it can be", async () => {
  const own = await world.api.station(site, "PRICE-21", {
    evses: [{ evse: 1, connectors: [{ connector: 1, kind: "type2" }] }],
  });
  const rules = (price) => ({
    currency: "DKK",
    prices: "with_vat",
    elements: [{ components: [{ dimension: "energy", price, vat: "25" }] }],
  });
  const { id: tariff } = await world.api.post("/tariffs", { name: "By the kWh", rules: rules("2.50"), valid_from: "2026-01-01T00:00:00Z" });
  await world.api.put(`/stations/${own.id}/tariffs`, [{ evse: 0, tariff_id: tariff }]);
  const charger = await Charger.connect(own, { protocol: "ocpp2.1" });
  const enabled = {
    component: { name: "TariffCostCtrlr" },
    variable: { name: "Enabled", instance: "Tariff" },
  };
  charger.answers.GetVariables = {
    getVariableResult: [{ attributeStatus: "Accepted", attributeValue: "true", ...enabled }],
  };
  await charger.call("BootNotification", {
    reason: "PowerUp",
    chargingStation: { vendorName: "Voltaro", model: "Pillar 21" },
  });
  const { payload } = await charger.received("SetDefaultTariff");
  assert.equal(payload.evseId, 0);
  assert.deepEqual(payload.tariff.energy, {
    prices: [{ priceKwh: 2 }],
    taxRates: [{ type: "VAT", tax: 25 }],
  });
  assert.equal(payload.tariff.description[0].content, "2.50 DKK per kWh.");

  const page = await open(`/chargers/${own.id}`);
  const held = page.getByRole("table", { name: "Prices the charger computes with" });
  await held.getByText("Held", { exact: true }).waitFor();

  // What it came to stands beside what is billed.
  const at = (minutes) => new Date(Date.now() - (20 - minutes) * 60_000).toISOString();
  const event = (eventType, seqNo, minutes, wh, more = {}) =>
    charger.call("TransactionEvent", {
      eventType,
      seqNo,
      timestamp: at(minutes),
      triggerReason: eventType === "Started" ? "Authorized" : "StopAuthorized",
      transactionInfo: {
        transactionId: "local-1",
        chargingState: eventType === "Ended" ? "Idle" : "Charging",
      },
      evse: { id: 1, connectorId: 1 },
      idToken: { idToken: "CARD1", type: "ISO14443" },
      meterValue: [
        { timestamp: at(minutes), sampledValue: [{ value: wh, measurand: "Energy.Active.Import.Register" }] },
      ],
      ...more,
    });
  await event("Started", 0, 0, 1_000);
  const costDetails = {
    totalCost: { currency: "DKK", typeOfCost: "NormalCost", total: { exclTax: 7.6, inclTax: 9.5 } },
    totalUsage: { energy: 4_000, chargingTime: 1_200, idleTime: 0 },
  };
  await event("Ended", 1, 20, 5_000, { costDetails });
  const session = await until("its price", async () => {
    const { items } = await world.api.get("/sessions?status=ended");
    return items.find((each) => each.station_identity === "PRICE-21" && each.cost);
  });
  assert.equal(session.cost.amount, "10.00");
  await page.goto(`/sessions/${session.id}`);
  await page.getByText("The charger itself came to DKK 9.50. It is not what is billed").waitFor();
  await page.goto(`/chargers/${own.id}`);

  // A charger that has no words for the prices is told why, and the operator is.
  const stepped = await world.api.post("/tariffs", {
    name: "By the minute",
    rules: {
      currency: "DKK",
      prices: "with_vat",
      elements: [{ components: [{ dimension: "session_time", price: "60", step: 60 }] }],
    },
  });
  await world.api.put(`/stations/${own.id}/tariffs`, [{ evse: 0, tariff_id: stepped.id }]);
  await page.getByRole("button", { name: "Tell it again" }).click();
  await charger.received("ClearTariffs");
  await page.reload();
  await held.getByText("Not possible").waitFor();
  await held.getByText("bills in steps").waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  assertCalm(page);
  charger.close();
});
