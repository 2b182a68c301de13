// Fleets: cars, a team whose keys work at its places only, members who pay less, subscriptions, cards for elsewhere, and what all of them used.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { until } from "../lib/server.mjs";
import { Charger } from "../lib/station.mjs";

const world = withServer({}, async (world) => {
  const { api } = world;
  world.site = await api.post("/sites", { name: "Harbour", time_zone: "Europe/Copenhagen", currency: "EUR" });
  world.elsewhere = await api.post("/sites", { name: "Elsewhere", time_zone: "Europe/Copenhagen", currency: "EUR" });
  world.ada = await api.post("/drivers", { name: "Ada Lovelace", email: "ada@fjord.example", fleet: "internal", address: "Kaj 4" });
  world.home = await Charger.connect(await api.station(world.site, "FLEET-1"));
  world.away = await Charger.connect(await api.station(world.elsewhere, "FLEET-2"));
  await world.home.boot();
  await world.away.boot();
});

async function open(path, heading) {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto(path);
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  return page;
}

const pickDriver = async (page, form, label) => {
  await form.getByRole("combobox", { name: label }).fill("Ada");
  await page.getByRole("option", { name: /Ada Lovelace/ }).click();
};

test("cars of the own fleet are kept apart from clients' cars", async () => {
  const page = await open("/fleet?fleet=internal", "Fleet");
  await page.getByText("No cars yet").waitFor();
  await page.getByRole("button", { name: "Add car" }).click();
  const form = page.getByRole("dialog", { name: "Add car" });
  await form.getByLabel("Licence plate").fill("AB 12 345");
  await form.getByLabel("Make", { exact: true }).fill("Nordvan");
  await form.getByLabel("Model", { exact: true }).fill("E3");
  await pickDriver(page, form, "Driver");
  await form.getByRole("button", { name: "Add car" }).click();
  await page.getByRole("row", { name: /AB 12 345/ }).getByText("Ada Lovelace").waitFor();
  await page.getByText("Clients' fleet", { exact: true }).first().click();
  await page.getByText("No cars yet").waitFor();
  await page.getByText("Own fleet", { exact: true }).first().click();
  await page.getByRole("row", { name: /AB 12 345/ }).waitFor();
  // The two do not mix.
  const client = await world.api.post("/teams", { name: "Client", fleet: "external", places: { everywhere: true } });
  const refused = await world.api.post("/id-tokens", { uid: "MIXED", kind: "rfid", driver_id: world.ada.id, team_id: client.id }).catch((error) => error);
  assert.match(String(refused), /422/);
  assertCalm(page);
});

test("a team's key works at its places only, and the team is told what it used", async () => {
  const { api, home, away } = world;
  const page = await open("/fleet?tab=teams", "Fleet");
  await page.getByRole("button", { name: "Add team" }).first().click();
  const form = page.getByRole("dialog", { name: "Add team" });
  await form.getByLabel("Name", { exact: false }).first().fill("Couriers");
  await form.getByRole("combobox", { name: "Fleet" }).click();
  await page.getByRole("option", { name: "Own fleet" }).click();
  await form.getByLabel("Billed to").fill("Fjord Couriers ApS");
  await form.getByRole("switch", { name: "Everywhere" }).press("Space");
  await form.getByRole("combobox", { name: "Sites" }).click();
  await page.getByRole("option", { name: world.site.name, exact: true }).click();
  await page.keyboard.press("Escape");
  await form.getByRole("button", { name: "Add team" }).click();
  const row = page.getByRole("row", { name: /Couriers/ });
  await row.getByText(world.site.name).waitFor();
  await row.getByRole("button", { name: "Actions for Couriers" }).click();
  await page.getByRole("menuitem", { name: "Drivers of the team" }).click();
  const members = page.getByRole("dialog", { name: "Drivers of Couriers" });
  await pickDriver(page, members, "Add a driver");
  await members.getByRole("button", { name: "Take Ada Lovelace out of the team" }).waitFor();
  await members.getByRole("button", { name: "Close" }).click();

  await page.goto("/charge-keys?add=1");
  const key = page.getByRole("dialog", { name: "Add charge key" });
  await key.getByLabel("Key", { exact: false }).first().fill("04TEAM01");
  await key.getByText("Team", { exact: true }).first().click();
  await key.getByRole("combobox", { name: "Team" }).click();
  await page.getByRole("option", { name: "Couriers" }).click();
  await key.getByRole("button", { name: "Add charge key" }).click();
  await page.getByRole("row", { name: /04TEAM01/ }).getByText("Couriers").waitFor();

  const verdict = async (charger) => (await charger.call("Authorize", { idTag: "04TEAM01" })).idTagInfo.status;
  assert.equal(await verdict(home), "Accepted");
  assert.notEqual(await verdict(away), "Accepted");
  const transaction = await home.start(1, "04TEAM01", 0);
  await home.stop(transaction, 2_000, "04TEAM01");
  await page.goto("/fleet?tab=usage&by=team");
  await page.getByRole("row", { name: /Couriers.*2\.00.*kWh/ }).waitFor();
  await page.getByText("Charge key", { exact: true }).first().click();
  await page.getByRole("row", { name: /04TEAM01.*2\.00.*kWh/ }).waitFor();
  const { items } = await api.get("/usage?by=team&fleet=external");
  assert.deepEqual(items, []);
  assertCalm(page);
});

test("members pay less where the discount holds, and see why", async () => {
  const { api, home } = world;
  const rules = { currency: "EUR", prices: "with_vat", elements: [{ components: [{ dimension: "energy", price: "0.50", vat: "25" }] }] };
  const tariff = await api.post("/tariffs", { name: "Usual", rules });
  await api.patch(`/sites/${world.site.id}`, { tariff_id: tariff.id });
  await api.post("/id-tokens", { uid: "04ADA010", kind: "rfid", driver_id: world.ada.id });
  const page = await open("/fleet?tab=discounts", "Fleet");
  await page.getByText("No discounts yet").waitFor();
  await page.getByRole("button", { name: "Add discount" }).first().click();
  const form = page.getByRole("dialog", { name: "Add discount" });
  await form.getByLabel("Name", { exact: false }).first().fill("Members");
  await form.getByLabel("Per cent off", { exact: true }).last().fill("20");
  await pickDriver(page, form, "Single drivers");
  await page.keyboard.press("Escape");
  await form.getByRole("button", { name: "Add discount" }).click();
  await page.getByRole("row", { name: /Members/ }).getByText("20 % off").waitFor();

  const transaction = await home.start(1, "04ADA010", 20_000);
  await home.stop(transaction, 22_000, "04ADA010");
  const priced = await until("the session is priced", async () => {
    const { items } = await api.get(`/sessions?driver_id=${world.ada.id}`);
    return items.find((session) => session.cost);
  });
  assert.equal(priced.cost.amount, "0.80");
  await page.goto(`/drivers/${world.ada.id}?tab=sessions`);
  await page.getByRole("row", { name: /FLEET-1/ }).getByText("€0.80").waitFor();
  assertCalm(page);
});

test("a plan is made, subscribed to, drawn from by a session, and cancelled", async () => {
  const { api, home } = world;
  // A member's percentage would be the better bargain.
  const [members] = (await api.get("/member-discounts")).items;
  const write = { alias: members.alias, percent_off: members.percent_off, active: false };
  await api.put(`/member-discounts/${members.id}`, write);
  const page = await open("/subscriptions", "Subscriptions");
  await page.getByText("No plans yet").waitFor();
  await page.getByRole("button", { name: "Add plan" }).first().click();
  const form = page.getByRole("dialog", { name: "Add plan" });
  await form.getByLabel("Name", { exact: false }).first().fill("Commuter");
  await form.getByLabel("Cost with VAT").fill("29");
  await form.getByLabel("Energy included").fill("1");
  await form.getByRole("button", { name: "Add plan" }).click();
  const row = page.getByRole("row", { name: /Commuter/ });
  await page.getByRole("row", { name: /Commuter.*1\.00.*kWh/ }).waitFor();
  await row.getByRole("button", { name: "Actions for Commuter" }).click();
  await page.getByRole("menuitem", { name: "Subscribe a driver" }).click();
  const ask = page.getByRole("dialog", { name: "Subscribe a driver" });
  await pickDriver(page, ask, "Driver");
  await ask.getByRole("button", { name: "Subscribe a driver" }).click();
  await page.getByText("The subscription has begun").waitFor();

  // Two kWh at 0.50: one is paid for.
  const transaction = await home.start(1, "04ADA010", 40_000);
  await home.stop(transaction, 42_000, "04ADA010");
  const cost = await until("the session is priced", async () => {
    const { items } = await api.get(`/sessions?driver_id=${world.ada.id}`);
    return items.find((session) => session.cost && session.cost.amount !== "0.80")?.cost;
  });
  assert.equal(cost.amount, "0.50");
  await until("the session has drawn", async () => {
    const { items } = await api.get(`/subscriptions?driver_id=${world.ada.id}`);
    return items[0].used_wh === 1_000;
  }, 60_000);
  await page.goto(`/drivers/${world.ada.id}?tab=subscriptions`);
  const mine = page.getByRole("row", { name: /Commuter/ });
  await mine.getByRole("progressbar", { name: "100 % used" }).waitFor();
  await mine.getByRole("button", { name: /Cancel the subscription/ }).click();
  await page.getByRole("dialog", { name: "Cancel subscription" }).getByRole("button", { name: "Cancel subscription" }).click();
  await mine.getByText("Ends with the period").waitFor();
  assertCalm(page);
});

test("a fleet card is ordered, put into use, charged with, replaced and cancelled", async () => {
  const page = await open("/fleet-cards", "Fleet cards");
  await page.getByText("No fleet cards yet").waitFor();
  await page.getByRole("button", { name: "Order card" }).first().click();
  const form = page.getByRole("dialog", { name: "Order card" });
  await pickDriver(page, form, "Driver");
  await form.getByRole("button", { name: "Order card" }).click();
  const row = page.getByRole("row", { name: /Ada Lovelace/ });
  await row.getByText("Ordered", { exact: true }).waitFor();
  await row.getByRole("button", { name: /Actions for/ }).click();
  await page.getByRole("menuitem", { name: "Put into use" }).click();
  const activate = page.getByRole("dialog", { name: "Put into use" });
  await activate.getByLabel("Card number").fill("7890 0001");
  await activate.getByRole("button", { name: "Put into use" }).click();
  await row.getByText("Active", { exact: true }).waitFor();

  await row.getByRole("button", { name: "Actions for 7890 0001" }).click();
  await page.getByRole("menuitem", { name: "Note a charge" }).click();
  const use = page.getByRole("dialog", { name: "Note a charge" });
  await use.getByLabel("Issuer's reference").fill("INV-1");
  await use.getByLabel("Where", { exact: true }).fill("Motorway");
  await use.getByLabel("Energy").fill("32.5");
  await use.getByLabel("Cost").fill("19.90");
  await use.getByRole("button", { name: "Note a charge" }).click();
  await page.getByRole("row", { name: /7890 0001.*32\.5.*kWh/ }).waitFor();
  await row.getByText("€19.90").waitFor();

  await row.getByRole("button", { name: "Actions for 7890 0001" }).click();
  await page.getByRole("menuitem", { name: "Replace card" }).click();
  await page.getByRole("dialog", { name: "Replace card" }).getByRole("button", { name: "Replace card" }).click();
  await page.getByRole("row", { name: /Ada Lovelace.*Ordered/ }).waitFor();
  await page.getByRole("row", { name: /7890 0001/ }).getByText("Cancelled").waitFor();
  await page.getByRole("searchbox", { name: "Driver, e-mail or card" }).fill("7890");
  await until("one card is left", async () => (await page.getByRole("row").count()) === 2);
  assertCalm(page);
});
