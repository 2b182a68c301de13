// Bookings: the rules of a site, a driver's slot kept at the charger, its price, who does not come, and the calendar.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, PHONE, seriousFindings, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { until } from "../lib/server.mjs";
import { Charger } from "../lib/station.mjs";

/** A slot of three hours always lies around the present, wherever in the day this runs. */
const SLOT_MIN = 180;

let site;
let station;
let charger;
let anna;
const world = withServer({ mail: true }, async ({ api }) => {
  site = await api.site();
  station = await api.station(site, "BOOK-1", {
    evses: [1, 2].map((evse) => ({ evse, connectors: [{ connector: 1, kind: "type2" }] })),
  });
  const rules = {
    currency: "DKK",
    prices: "with_vat",
    elements: [{ components: [{ dimension: "energy", price: "4.00", vat: "25" }] }],
  };
  const tariff = await api.post("/tariffs", { name: "Usual", rules, valid_from: "2026-01-01T00:00:00Z" });
  await api.patch(`/sites/${site.id}`, { tariff_id: tariff.id });
  anna = await api.post("/drivers", { name: "Anna Holm", email: "anna@example.org" });
  await api.key("ANNA1", { driver_id: anna.id });
  const bo = await api.post("/drivers", { name: "Bo Dahl", email: "bo@example.org" });
  await api.key("BO1", { driver_id: bo.id });
  charger = await Charger.connect(station);
  await charger.boot();
  await charger.status(1, "Available");
  await charger.status(2, "Available");
});

async function open(path, options = {}) {
  const page = await openPage(world.browser, world.server, options);
  await signIn(page);
  await page.goto(path);
  return page;
}

const currentSlot = async () => {
  const { items } = await world.api.get(`/sites/${site.id}/booking-slots?days=1`);
  return items.find((slot) => new Date(slot.to) > new Date());
};

test("a site's rules are set, seen as slots before they are saved, and refused where they cannot be", async () => {
  const page = await open(`/sites/${site.id}?tab=booking`, { expected: ["422"] });
  await page.getByRole("switch", { name: "Drivers can book here" }).check();
  await page.getByRole("combobox", { name: "Slot", exact: true }).click();
  await page.getByRole("option", { name: "180 minutes" }).click();
  await page.getByRole("radio", { name: "Own, per kWh" }).check();
  await page.getByLabel("Price, with VAT").fill("3");
  await page.getByLabel("Free energy").fill("1");
  await page.getByLabel("Booking fee per slot").fill("10");
  await page.getByRole("switch", { name: "Another fee for later days" }).check();
  await page.getByLabel("Fee per slot for a later day").fill("5");
  await page.getByRole("switch", { name: "Blocking fee after the booked end" }).check();
  await page.getByLabel("Fee in DKK").fill("20");
  await page.getByLabel("After the start").fill("15");
  await page.getByRole("switch", { name: "Day and night" }).uncheck();
  await page.getByLabel("From", { exact: true }).fill("20:00");
  await page.getByLabel("To", { exact: true }).fill("08:00");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("later than the beginning").first().waitFor();
  await page.getByRole("switch", { name: "Day and night" }).check();
  await page.getByRole("list", { name: "Slots of today" }).getByText("00:00–03:00").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved").first().waitFor();
  const kept = (await world.api.get(`/sites/${site.id}/booking-rules`)).rules;
  assert.deepEqual(
    [kept.enabled, kept.slot_min, kept.price, kept.free_wh, kept.fee, kept.fee_future, kept.no_show_min],
    [true, SLOT_MIN, { per: "kwh", amount: "3.00" }, 1_000, "10.00", "5.00", 15],
  );
  assert.deepEqual(kept.blocking, { grace_min: 10, amount: "20.00", every_min: 10 });
  assert.deepEqual(await seriousFindings(page), []);
  assertCalm(page);
});

test("a driver is booked in; at the plug only the holder starts, at the booking's price", async () => {
  const page = await open("/bookings");
  await page.getByText("No bookings to come").waitFor();
  await page.getByRole("button", { name: "New booking" }).first().click();
  const form = page.getByRole("dialog");
  await form.getByRole("button", { name: "Book", exact: true }).waitFor();
  await form.getByRole("combobox", { name: "Driver" }).fill("Anna");
  await page.getByRole("option", { name: /Anna Holm/ }).click();
  await form.getByRole("combobox", { name: "Site" }).click();
  await page.getByRole("option", { name: "Harbour" }).click();
  await form.getByRole("group", { name: "Slot" }).getByRole("button").first().click();
  await form.getByRole("combobox", { name: "Charger" }).click();
  await page.getByRole("option", { name: "BOOK-1" }).click();
  assert.deepEqual(await seriousFindings(page), []);
  await form.getByRole("button", { name: "Book", exact: true }).click();
  const row = page.getByRole("row", { name: /Anna Holm/ });
  await row.getByText("Booked").waitFor();
  await row.getByText("10.00").waitFor();
  assert.deepEqual(await seriousFindings(page), []);

  // The last plug: nobody else gets this slot twice, and a stranger does not start there.
  const { items } = await world.api.get("/bookings");
  const mine = items[0];
  assert.equal(mine.driver_name, "Anna Holm");
  const stranger = await charger.call("StartTransaction", {
    connectorId: mine.evse,
    idTag: "BO1",
    meterStart: 0,
    timestamp: new Date().toISOString(),
  });
  assert.notEqual(stranger.idTagInfo.status, "Accepted");
  await charger.stop(stranger.transactionId, 0, "BO1");
  await page.goto(`/chargers/${station.id}?tab=timeline`);
  await page.getByText("the plug is booked by somebody else").first().waitFor();

  const number = await charger.start(mine.evse, "ANNA1", 10_000);
  await charger.meter(mine.evse, number, 12_000, 7_360);
  await until(
    "the booking to run",
    async () => (await world.api.get(`/bookings/${mine.id}`)).state === "running",
  );
  await charger.stop(number, 14_000, "ANNA1");
  const story = await world.api.get(`/bookings/${mine.id}`);
  const [session] = story.session_ids;
  const receipt = await until("the receipt", async () => {
    const found = await world.api.get(`/sessions/${session}/receipt`);
    return found.is_final && found;
  });
  // One slot at 10; of 4 kWh one is free, three cost 3.
  assert.equal(receipt.with_vat, "19.00");

  await page.goto(`/bookings?booking=${mine.id}`);
  const drawer = page.getByRole("dialog");
  await drawer.getByText("The driver charges").waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  const letter = await world.mail.letter(
    "anna@example.org",
    (each) => each.subject === "Your booking is confirmed",
  );
  assert.match(letter.text, /Your charger: BOOK-1/);
  assert.match(letter.text, /Booking fee: 10.00 DKK/);
  await drawer.getByRole("link", { name: "Session" }).first().click();
  await page.getByText("Booking fee").first().waitFor();
  await page.goto("/sessions?kind=booking");
  await page
    .getByRole("row", { name: /BOOK-1/ })
    .first()
    .waitFor();
  const file = await world.api.get("/bookings/export?format=csv").catch(() => null);
  assert.ok(file === null || String(file).includes("Anna Holm"));
  assertCalm(page);
});

test("a booking to come is moved and cancelled, with its story; drivers book within limits", async () => {
  const { items } = await world.api.get(`/sites/${site.id}/booking-slots?days=3`);
  const later = items.filter((slot) => new Date(slot.from) - Date.now() > 86_400_000);
  const made = await world.api.post("/bookings", {
    site_id: site.id,
    driver_id: anna.id,
    from: later[0].from,
    asked_by: "driver",
  });
  assert.equal(made.fee.amount, "5.00", "a later day");
  const refused = async (body, word) => {
    const error = await world.api.post("/bookings", body).then(
      () => null,
      (caught) => String(caught.message ?? caught),
    );
    assert.match(error ?? "", word);
  };
  const now = await currentSlot();
  await refused({ site_id: site.id, driver_id: anna.id, from: now.from, asked_by: "driver" }, /30 minutes/);
  await refused({ site_id: site.id, driver_id: anna.id, from: later[0].from }, /another booking/);
  await refused(
    { site_id: site.id, driver_id: anna.id, from: new Date(Date.now() + 400 * 86_400_000).toISOString() },
    /12 months/,
  );

  const page = await open(`/bookings?booking=${made.id}`);
  const drawer = page.getByRole("dialog");
  await drawer.getByText("Asked by the driver").waitFor();
  await drawer.getByRole("button", { name: "Move" }).click();
  const move = page.getByRole("dialog", { name: /Move the booking/ });
  const slots = move.getByRole("group", { name: "Slot" }).getByRole("button");
  await slots.first().waitFor();
  await slots.last().click();
  await move.getByRole("button", { name: "Move" }).click();
  await drawer.getByText("Moved").first().waitFor();
  await drawer.getByRole("button", { name: "Cancel booking" }).click();
  const cancel = page.getByRole("dialog", { name: /Cancel the booking/ });
  await cancel.getByLabel("Reason").fill("Roadworks at the entrance");
  await cancel.getByRole("button", { name: "Cancel booking" }).click();
  await cancel.waitFor({ state: "detached" });
  await drawer.getByText("Roadworks at the entrance").waitFor();
  assert.equal((await world.api.get(`/bookings/${made.id}`)).state, "cancelled");
  const told = await world.mail.letter(
    "anna@example.org",
    (each) => each.subject === "Your booking was cancelled",
  );
  assert.match(told.text, /Reason: Roadworks at the entrance/);
  await page.goto(`/drivers/${anna.id}?tab=bookings`);
  await page.getByRole("row", { name: /Cancelled/ }).waitFor();
  assertCalm(page);
});

test("who charges already goes on as the booking", async () => {
  const { items } = await world.api.get("/bookings?state=running");
  const other = items[0].evse === 1 ? 2 : 1;
  const number = await charger.start(other, "BO1", 20_000);
  const [bo] = (await world.api.get("/drivers?q=Bo%20Dahl")).items;
  const now = await currentSlot();
  const made = await world.api.post("/bookings", {
    site_id: site.id,
    driver_id: bo.id,
    from: now.from,
    asked_by: "operator",
  });
  assert.equal(made.evse, other, "where the car stands");
  await until(
    "the session to go on",
    async () => (await world.api.get(`/bookings/${made.id}`)).state === "running",
  );
  const page = await open(`/bookings?booking=${made.id}`);
  await page.getByRole("dialog").getByText("The driver's session goes on as the booking").waitFor();
  await charger.meter(other, number, 22_000, 7_360);
  await charger.stop(number, 24_000, "BO1");
  await page.goto(`/sessions/${(await world.api.get(`/bookings/${made.id}`)).session_ids[0]}`);
  await page
    .getByRole("region", { name: "How the price was decided" })
    .getByText("at the booking's own price", { exact: false })
    .waitFor();
  assertCalm(page);
});

test("the calendar shows who is where, on a phone too", async () => {
  const page = await open(`/bookings?view=calendar&site=${site.id}&span=day`, {
    viewport: PHONE,
    dark: true,
  });
  const block = page.getByRole("button", { name: /Anna Holm/ }).first();
  await block.waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  await block.click();
  await page.getByRole("dialog").getByText("Story").waitFor();
  await page.goto("/");
  const next = page.getByRole("region", { name: "Upcoming bookings" });
  await next.getByText("Anna Holm").first().waitFor();
  await next.getByRole("link", { name: "All bookings" }).click();
  await page.getByRole("heading", { level: 1, name: "Bookings" }).waitFor();
  assertCalm(page);
});

test("nobody comes: the plug is free again; without mix nobody starts unbooked", async () => {
  const sheet = await world.api.get(`/sites/${site.id}/booking-rules`);
  const put = async (rules) => {
    const answer = await world.api.put(`/sites/${site.id}/booking-rules`, rules);
    return answer;
  };
  await put({ ...sheet.rules, no_show_min: 1, mix: false });
  const cleo = await world.api.post("/drivers", { name: "Cleo Juhl", email: "cleo@example.org" });
  await world.api.key("CLEO1", { driver_id: cleo.id });
  // A plug of its own: the others are somebody's until their slot ends.
  const third = await world.api.station(site, "BOOK-2", {
    evses: [{ evse: 1, connectors: [{ connector: 1, kind: "type2" }] }],
  });
  const gate = await Charger.connect(third);
  await gate.boot();
  await gate.status(1, "Available");
  const bare = await gate.call("Authorize", { idTag: "CLEO1" });
  assert.notEqual(bare.idTagInfo.status, "Accepted", "no booking, no charging");
  const now = await currentSlot();
  const made = await world.api.post("/bookings", {
    site_id: site.id,
    driver_id: cleo.id,
    from: now.from,
    asked_by: "operator",
  });
  assert.equal((await gate.call("Authorize", { idTag: "CLEO1" })).idTagInfo.status, "Accepted");
  await until(
    "the booking to expire",
    async () => (await world.api.get(`/bookings/${made.id}`)).state === "expired",
    90_000,
  );
  const page = await open("/bookings?state=expired");
  await page
    .getByRole("row", { name: /Cleo Juhl/ })
    .getByText("Expired")
    .waitFor();
  await world.mail.letter("cleo@example.org", (each) => each.subject === "Your booking has expired");
  await until("the fee to be owed", async () => {
    const { items } = await world.api.get(`/ledger?driver_id=${cleo.id}`);
    return items.some((each) => each.kind === "due" && each.total.amount === "10.00");
  });
  gate.close();
  assertCalm(page);
});
