// Access profiles and idle fees: made on the page, obeyed by a charger, explained on the session.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, PHONE, seriousFindings, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { until } from "../lib/server.mjs";
import { Charger } from "../lib/station.mjs";

let site;
let station;
let charger;
let group;
const world = withServer({}, async ({ api }) => {
  site = await api.site();
  station = await api.station(site, "GATE-1", {
    evses: [1, 2].map((evse) => ({ evse, connectors: [{ connector: 1, kind: "type2" }] })),
  });
  const rules = (price) => ({
    currency: "DKK",
    prices: "with_vat",
    elements: [{ components: [{ dimension: "energy", price, vat: "25" }] }],
  });
  const valid_from = "2026-01-01T00:00:00Z";
  const usual = await api.post("/tariffs", { name: "Usual", rules: rules("4.00"), valid_from });
  await api.post("/tariffs", { name: "Staff price", rules: rules("2.00"), valid_from });
  await api.patch(`/sites/${site.id}`, { tariff_id: usual.id });
  group = await api.post("/driver-groups", { name: "Staff" });
  const driver = await api.post("/drivers", { name: "Anna Holm", email: "anna@example.org" });
  await join(driver);
  await api.key("STAFF1", { driver_id: driver.id });
  await api.key("GUEST1");
  charger = await Charger.connect(station);
  await charger.boot();
  await charger.status(1, "Available");
  await charger.status(2, "Available");
});

async function join(driver) {
  const key = await world.server.run(["api-key", "create", "--name", "join"]);
  const answer = await fetch(`${world.server.url}/api/v1/driver-groups/${group.id}/members/${driver.id}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${key}` },
  });
  assert.ok(answer.ok, await answer.text());
}

async function open(path, options = {}) {
  const page = await openPage(world.browser, world.server, options);
  await signIn(page);
  await page.goto(path);
  return page;
}

test("a profile is made in four parts, seen before it is saved, and obeyed at the charger", async () => {
  const page = await open("/access-profiles");
  await page.getByText("No access profiles yet").waitFor();
  await page.getByRole("button", { name: "New profile" }).first().click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Name").fill("Staff at the harbour");
  await form.getByRole("button", { name: "Preview" }).click();
  await form.getByText("Choose at least one site, charger or plug.").waitFor();
  await form.getByRole("textbox", { name: "Site or charger" }).fill("GATE");
  await form.getByRole("checkbox", { name: "Harbour" }).check();
  await form.getByText("1 site", { exact: true }).waitFor();
  await form.getByRole("combobox", { name: "Tariff" }).click();
  await page.getByRole("option", { name: "Staff price (DKK)" }).click();
  await form.getByRole("combobox", { name: "Groups of drivers" }).click();
  await page.getByRole("option", { name: "Staff", exact: true }).click();
  await page.keyboard.press("Escape");
  await form.getByRole("button", { name: "Preview" }).click();
  await form.getByText("Holds for sessions that start from now on.").waitFor();
  await form.getByText("Staff price").waitFor();
  await form.getByRole("button", { name: "Save" }).click();
  await page.getByRole("row", { name: /Staff at the harbour/ }).getByText("1 site").waitFor();

  const guest = await charger.call("Authorize", { idTag: "GUEST1" });
  assert.notEqual(guest.idTagInfo.status, "Accepted");
  assert.equal((await charger.call("Authorize", { idTag: "STAFF1" })).idTagInfo.status, "Accepted");
  await page.goto(`/chargers/${station.id}?tab=timeline`);
  await page.getByText("no access profile admits it here").first().waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  assertCalm(page);
});

test("an idle fee is made for the site, said in words, and counts on the session", async () => {
  const page = await open("/idle-fees", { expected: ["422"] });
  await page.getByText("No idle fees yet").waitFor();
  await page.getByRole("button", { name: "New idle fee" }).first().click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Name").fill("Blocking");
  await form.getByRole("combobox", { name: "Currency" }).fill("DKK");
  await page.getByRole("option", { name: "DKK" }).click();
  await form.getByLabel("Fee per interval").fill("20");
  await form.getByText("After 15 minutes DKK 20.00 for every 15 minutes begun. Without a limit.").waitFor();
  await form.getByText("A car that takes nothing for 15 minutes is stopped; after that it counts.").waitFor();
  await form.getByRole("button", { name: "Save" }).click();
  await page.getByRole("row", { name: /Blocking/ }).waitFor();

  await page.getByRole("button", { name: "New idle fee" }).first().click();
  await form.getByLabel("Name").fill("Overstay");
  await form.getByRole("combobox", { name: "Currency" }).fill("DKK");
  await page.getByRole("option", { name: "DKK" }).click();
  await form.getByText("Overstay fee").click();
  await form.getByLabel("Once").fill("50");
  await form.getByLabel("For each interval").fill("10");
  await form.getByLabel("At most").fill("5000");
  await form.getByLabel("Longest stay").fill("120");
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByText("from 0 to the platform's highest fee").waitFor();
  await form.getByLabel("At most").fill("200");
  await form.getByRole("button", { name: "Save" }).click();
  await page.getByRole("row", { name: /Overstay/ }).getByText("Counts from 120 minutes after the start of the session.").waitFor();

  await page.goto(`/sites/${site.id}`);
  await page.getByText("No idle fee: blocking a plug costs nothing.").waitFor();
  await page.getByRole("button", { name: "Choose fee" }).click();
  await form.getByRole("combobox", { name: "Idle fee" }).click();
  await page.getByRole("option", { name: "Blocking" }).click();
  await form.getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name: "Blocking" }).waitFor();

  await charger.status(1, "Charging");
  const number = await charger.start(1, "STAFF1", 0);
  await charger.stop(number, 1_000, "STAFF1");
  await charger.status(1, "Finishing");
  const session = await until("the fee to count", async () => {
    const { items } = await world.api.get("/sessions?status=ended");
    const terms = items[0] && (await world.api.get(`/sessions/${items[0].id}/terms`).catch(() => null));
    return terms?.idle_fee?.began_at && items[0];
  });
  await page.goto(`/sessions/${session.id}`);
  const why = page.getByRole("region", { name: "How the price was decided" });
  await why.getByText("names a group of the driver").waitFor();
  await why.getByText("by the access profile").waitFor();
  await why.getByText("still counting", { exact: false }).waitFor();
  await charger.status(1, "Available");
  await until("the fee to be settled", async () => {
    const terms = await world.api.get(`/sessions/${session.id}/terms`);
    return terms.idle_fee.is_open === false;
  });
  assertCalm(page);
});

test("a driver reads price and fee on the charger before the start", async () => {
  // F90: the operator read the fee in words when it was made; the charger shows it to the driver.
  const shows = await Charger.connect(await world.api.station(site, "GATE-3"), { protocol: "ocpp2.0.1" });
  await shows.call("BootNotification", { reason: "PowerUp", chargingStation: { model: "M", vendorName: "V" } });
  const asks = async (uid) => {
    const answer = await shows.call("Authorize", { idToken: { idToken: uid, type: "ISO14443" } });
    return answer.idTokenInfo;
  };
  const staff = await asks("STAFF1");
  assert.equal(staff.status, "Accepted");
  assert.deepEqual(staff.personalMessage, {
    format: "UTF8",
    language: "en",
    content: "2.00 DKK per kWh. Fee for blocking the plug: After 15 minutes: 20.00 DKK every 15 minutes.",
  });
  assert.equal((await asks("GUEST1")).personalMessage, undefined, "who may not start is told no price");
  shows.close();
});

test("cards start what costs something only as the organisation says", async () => {
  const page = await open("/access-profiles", { viewport: PHONE });
  await page.getByRole("combobox", { name: "Cards and tags where charging costs something" }).click();
  await page.getByRole("option", { name: "Only if the owner or the team can pay" }).click();
  await until("the rule to hold", async () => (await world.api.get("/key-payment")).policy === "with_payment");
  const refused = await charger.call("Authorize", { idTag: "STAFF1" });
  assert.notEqual(refused.idTagInfo.status, "Accepted");
  assert.deepEqual(await seriousFindings(page), []);
  assertCalm(page);
  charger.close();
});
