// Charging at home: prices of the market from a feed and from a file, price profiles, home chargers and their owners.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertCalm, openPage, PHONE, signIn } from "../lib/browser.mjs";
import { startFeed } from "../lib/feed.mjs";
import { withServer } from "../lib/journey.mjs";
import { Charger } from "../lib/station.mjs";

const feed = await startFeed();
after(() => feed.stop());
const world = withServer({ mail: true, env: { FORECOURT_SPOT_PRICES: feed.url } });

async function open(path, heading, more = {}) {
  const page = await openPage(world.browser, world.server, more);
  await signIn(page);
  await page.goto(path);
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  return page;
}

async function choose(page, field, name) {
  await field.click();
  await page.getByRole("option", { name }).click();
}

test("prices of the market are read from the public feed, and what is known stays when it is gone", async () => {
  const page = await open("/electricity", "Electricity prices");
  await page.getByText("No price zone yet").waitFor();
  await page.getByRole("button", { name: "Add price zone" }).click();
  const form = page.getByRole("dialog", { name: "Add price zone" });
  await choose(page, form.getByRole("combobox", { name: "Price zone" }), /^DK1/);
  await choose(page, form.getByRole("combobox", { name: "Currency" }), "DKK");
  await form.getByRole("button", { name: "Add price zone" }).click();
  await page.getByRole("button", { name: "Actions for DK1" }).click();
  await page.getByRole("menuitem", { name: "Read the feed now" }).click();
  await page.getByText("Known until").waitFor();
  await page.getByRole("img", { name: /Prices per kWh in DK1/ }).waitFor();
  assert.ok(feed.asked.some((each) => each.filter === '{"PriceArea":["DK1"]}'));
  // 800 kroner a megawatt-hour.
  await page.getByText("DKK 0.80", { exact: true }).first().waitFor();
  await page.getByRole("button", { name: "Show as a table" }).click();
  assert.ok((await page.getByRole("cell", { name: "DKK 0.80" }).count()) > 90);

  // A zone while the feed is out of order: the page says why; the other zone's prices are as they were.
  feed.status = 503;
  await page.getByRole("button", { name: "Add price zone" }).click();
  await choose(page, form.getByRole("combobox", { name: "Price zone" }), /^DK2/);
  await form.getByRole("button", { name: "Add price zone" }).click();
  await page.getByRole("button", { name: "Actions for DK2" }).click();
  await page.getByRole("menuitem", { name: "Read the feed now" }).click();
  await page.getByText(/it answered with status 503/).waitFor();
  await page.getByText("DK1 · DKK", { exact: true }).click();
  await page.getByRole("img", { name: /Prices per kWh in DK1/ }).waitFor();
  feed.status = 200;
  assertCalm(page);
});

test("prices come from a file where there is no feed", async () => {
  const page = await open("/electricity", "Electricity prices", { expected: ["422"] });
  await page.getByRole("button", { name: "Import prices" }).click();
  const dialog = page.getByRole("dialog", { name: "Import prices" });
  const file = (text) => ({ name: "prices.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await dialog.getByLabel("File with prices").setInputFiles(file("a,b\n1,2\n"));
  await dialog.getByRole("alert").getByText(/are needed/).waitFor();
  const today = new Date().toISOString().slice(0, 10);
  const hours = Array.from({ length: 24 }, (_, hour) => `${today} ${String(hour).padStart(2, "0")}:00;SE4;45,5`);
  await dialog
    .getByLabel("File with prices")
    .setInputFiles(file(`HourUTC;PriceArea;SpotPriceEUR\n${hours.join("\n")}\n`));
  await dialog.getByRole("row", { name: /SE4 · EUR.*24/ }).waitFor();
  await dialog.getByRole("button", { name: "Take these prices" }).click();
  await page.getByText("24 prices were taken").waitFor();
  await page.getByText("SE4 · EUR", { exact: true }).click();
  await page.getByText("€0.0455", { exact: true }).first().waitFor();
  assertCalm(page);
});

test("a price profile says what a kilowatt-hour costs, line by line", async () => {
  const page = await open("/electricity?tab=profiles", "Electricity prices");
  await page.getByText("No price profile yet").waitFor();
  await page.getByRole("button", { name: "Add price profile" }).click();
  const form = page.getByRole("dialog", { name: "Add price profile" });
  await choose(page, form.getByRole("combobox", { name: "Price zone" }), "DK1");
  await choose(page, form.getByRole("combobox", { name: "Currency" }), "DKK");
  await form.getByLabel("Name", { exact: false }).first().fill("Jutland");
  const line = async (kind, amount, number) => {
    await form.getByRole("button", { name: "Add line" }).click();
    await page.getByRole("menuitem", { name: kind }).click();
    await form.getByRole("group", { name: `Line ${number}` }).getByLabel("Per kWh").fill(amount);
  };
  await line("Supplement", "0,10", 1);
  await line("Electricity tax", "0.90", 2);
  await line("Refund", "0.50", 3);
  // (0.80 + 0.10 + 0.90) × 1.25 − 0.50
  await form.getByRole("row", { name: /Total per kWh.*DKK\s1\.75/ }).waitFor();
  await form.getByRole("button", { name: "Add price profile" }).click();
  await page.getByRole("row", { name: /Jutland.*DK1 · DKK.*DKK\s1\.75/ }).waitFor();
  assertCalm(page);
});

test("an owner is asked by letter, and claims the charger with its code once", async () => {
  const { api, browser, mail, server } = world;
  world.site = await api.site("Homes");
  const page = await open("/chargers?tab=home", "Chargers");
  await page.getByText("No home chargers yet").waitFor();
  await page.getByRole("button", { name: "Add charger" }).first().click();
  const form = page.getByRole("dialog", { name: "Add charger" });
  await choose(page, form.getByRole("combobox", { name: "Site" }), "Homes");
  await form.getByLabel("Identity").fill("HOME-1");
  await form.getByLabel("Owner").fill("ola@fjord.example");
  await form.getByRole("button", { name: "Add charger" }).click();
  await page.getByRole("dialog", { name: "Connect HOME-1" }).getByRole("button", { name: "Done" }).click();
  await page.getByRole("row", { name: /HOME-1.*ola@fjord\.example.*Invited/ }).waitFor();

  const letter = await mail.letter("ola@fjord.example");
  const code = letter.text.match(/\S+\/redeem#(\S+)/)[1];
  const guest = await openPage(browser, server, { viewport: PHONE });
  await guest.goto(`/redeem#${code}`);
  await guest.getByText("You are claiming the charger HOME-1").waitFor();
  await guest.getByLabel("Your name").fill("Ola Berg");
  await guest.getByRole("button", { name: "Join" }).click();
  await guest.getByRole("heading", { name: "Welcome" }).waitFor();
  await page.getByRole("row", { name: /HOME-1.*Ola Berg.*Claimed/ }).waitFor();

  const again = await fetch(`${server.url}/api/v1/redeem`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code, name: "Somebody else" }),
  });
  assert.equal(again.status, 404);
  assertCalm(guest);
  assertCalm(page);
});

test("an owner without a letter is given a code, and becomes a driver by it", async () => {
  const { api, browser, server } = world;
  world.second = await api.station(world.site, "HOME-2", { used_as: "home" });
  const page = await open("/chargers?tab=home", "Chargers");
  await page.getByRole("row", { name: /HOME-2.*No owner/ }).waitFor();
  await page.getByRole("button", { name: "Actions for HOME-2" }).click();
  await page.getByRole("menuitem", { name: "Add owner" }).click();
  const form = page.getByRole("dialog", { name: "Add owner" });
  await form.getByText("With a code", { exact: true }).click();
  await form.getByLabel("Owner's name").fill("Kari Nord");
  await form.getByRole("button", { name: "Make code" }).click();
  const code = await page.getByTestId("code").textContent();
  await page.getByRole("dialog", { name: "Code for the owner" }).getByRole("button", { name: "Close" }).last().click();
  assert.equal((await api.get("/drivers?q=Kari")).items.length, 0, "no driver before the code is used");

  const guest = await openPage(browser, server, { viewport: PHONE });
  await guest.goto("/redeem");
  await guest.getByLabel("Code").fill(code.toLowerCase());
  await guest.getByRole("button", { name: "Continue" }).click();
  await guest.getByText("You are claiming the charger HOME-2").waitFor();
  await guest.getByRole("button", { name: "Join" }).click();
  await guest.getByRole("heading", { name: "Welcome" }).waitFor();
  await page.getByRole("row", { name: /HOME-2.*Kari Nord.*Claimed/ }).waitFor();
  assert.equal((await api.get("/drivers?q=Kari")).items.length, 1);
  assertCalm(guest);
  assertCalm(page);
});

test("a profile is given to a charger or to its owner, and the charger is the owner's alone", async () => {
  const { api } = world;
  const page = await open("/chargers?tab=home", "Chargers");
  await page.getByRole("button", { name: "Actions for HOME-1" }).click();
  await page.getByRole("menuitem", { name: "Price profile" }).click();
  const form = page.getByRole("dialog", { name: "Price profile" });
  await choose(page, form.getByRole("combobox", { name: "Price profile" }), "Jutland");
  await form.getByRole("button", { name: "Save" }).click();
  await page.getByRole("row", { name: /HOME-1.*Jutland.*DKK\s1\.75\/kWh/ }).waitFor();

  const [kari] = (await api.get("/drivers?q=Kari")).items;
  await page.goto(`/drivers/${kari.id}`);
  const home = page.getByRole("region", { name: "At home" });
  await home.getByText("HOME-2").waitFor();
  await home.getByRole("button", { name: "Price profile" }).click();
  await choose(page, form.getByRole("combobox", { name: "Price profile" }), "Jutland");
  await form.getByRole("button", { name: "Save" }).click();
  await home.getByText("Price profile: Jutland").waitFor();

  // The owner's app asks for the price of its charger.
  const { items } = await api.get("/home-chargers?q=HOME-2");
  const live = await api.get(`/home-chargers/${items[0].id}/price`);
  assert.equal(live.profile, "Jutland");
  assert.equal(live.outlook.now.total, "1.75");
  assert.deepEqual(
    live.outlook.now.lines.map((each) => each.amount),
    ["0.10", "0.90", "-0.50"],
  );

  await api.key("04KARI01", { driver_id: kari.id });
  await api.key("04OTHER1");
  const charger = await Charger.connect(world.second);
  await charger.boot();
  const start = (idTag) =>
    charger.call("StartTransaction", {
      connectorId: 1,
      idTag,
      meterStart: 0,
      timestamp: new Date().toISOString(),
    });
  assert.notEqual((await start("04OTHER1")).idTagInfo.status, "Accepted");
  const begun = await start("04KARI01");
  assert.equal(begun.idTagInfo.status, "Accepted");
  await charger.meter(1, begun.transactionId, 1_000, 7_000);
  await charger.stop(begun.transactionId, 2_000, "04KARI01");
  charger.close();
  assert.equal((await api.get("/home-chargers?claim=claimed")).items.length, 2);
  assertCalm(page);
});

test("what an owner charged is paid back month by month, each session by the price of its time", async () => {
  const page = await open("/electricity?tab=statements", "Electricity prices");
  // Two kilowatt-hours at 1.75; what a stranger's card began is held for review and not counted.
  await page.getByRole("heading", { name: "Home charging of Kari Nord" }).waitFor();
  const row = page.getByRole("row", { name: /HOME-2.*2\.000.*Jutland.*DKK\s3\.50/ });
  await row.waitFor();
  await page.getByText("DKK 3.50", { exact: true }).first().waitFor();
  await row.getByRole("button").first().click();
  await page.getByRole("table", { name: "Energy by price" }).getByRole("cell", { name: "DKK 1.75" }).first().waitFor();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: /CSV/ }).click();
  assert.match((await download).suggestedFilename(), /^home-charging-kari-nord-.*\.csv$/);
  assertCalm(page);
});
