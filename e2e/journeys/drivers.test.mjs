// People who charge: invited by letter, joined with a code, given keys, grouped, found, taken from files, and forgotten.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, PHONE, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { until } from "../lib/server.mjs";
import { Charger } from "../lib/station.mjs";

const world = withServer({ mail: true });

async function open(path, heading, more = {}) {
  const page = await openPage(world.browser, world.server, more);
  await signIn(page);
  await page.goto(path);
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  return page;
}

const driverNamed = async (name) => {
  const { items } = await world.api.get(`/drivers?q=${encodeURIComponent(name)}`);
  return items[0];
};

test("a driver is invited by letter, joins with its code and charges with a new card", async () => {
  const { api, server, browser, mail } = world;
  const page = await open("/drivers", "Drivers");
  await page.getByText("No drivers yet").waitFor();
  await page.getByRole("button", { name: "Add driver" }).first().click();
  const form = page.getByRole("dialog", { name: "Add driver" });
  await form.getByLabel("Name", { exact: false }).first().fill("Ada Lovelace");
  await form.getByLabel("E-mail").fill("ada@fjord.example");
  await form.getByRole("button", { name: "Add driver" }).click();
  await page.getByRole("heading", { level: 1, name: "Ada Lovelace" }).waitFor();
  await page.getByText("Invited", { exact: true }).waitFor();

  const letter = await mail.letter("ada@fjord.example");
  const link = letter.text.match(/\S+\/redeem#(\S+)/);
  const guest = await openPage(browser, server, { viewport: PHONE });
  await guest.goto(`/redeem#${link[1]}`);
  await guest.getByRole("heading", { name: "Join to charge" }).waitFor();
  await guest.getByLabel("Your name").fill("Ada King");
  await guest.getByLabel("Phone (optional)").fill("+45 12 34 56 78");
  await guest.getByRole("button", { name: "Join" }).click();
  await guest.getByRole("heading", { name: "Welcome" }).waitFor();
  assertCalm(guest);
  await page.getByRole("heading", { level: 1, name: "Ada King" }).waitFor();
  await page.getByText("Active", { exact: true }).waitFor();
  await page.getByText("+45 12 34 56 78").waitFor();

  // A card of her own; what it charges is hers.
  await page.getByRole("tab", { name: "Charge keys" }).click();
  await page.getByText("No charge keys yet").waitFor();
  await page.getByRole("button", { name: "Add charge key" }).click();
  const key = page.getByRole("dialog", { name: "Add charge key" });
  await key.getByLabel("Key", { exact: false }).first().fill("04ADA001");
  await key.getByRole("button", { name: "Add charge key" }).click();
  await page.getByRole("row", { name: /04ADA001/ }).getByText("Accepted").waitFor();

  const site = await api.site();
  const charger = await Charger.connect(await api.station(site, "DRV-1"));
  await charger.boot();
  const transaction = await charger.start(1, "04ada001", 1_000);
  await charger.stop(transaction, 3_000, "04ada001");
  await page.getByRole("tab", { name: "Sessions" }).click();
  await page.getByRole("row", { name: /DRV-1.*2\.00.*kWh/ }).waitFor();
  await page.getByRole("tab", { name: "Usage" }).click();
  await page.getByRole("row", { name: /04ADA001.*2\.00.*kWh/ }).waitFor();

  // Blocked: none of her keys work.
  const verdict = async () => (await charger.call("Authorize", { idTag: "04ADA001" })).idTagInfo.status;
  assert.equal(await verdict(), "Accepted");
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Block" }).click();
  await page.getByText("Blocked", { exact: true }).waitFor();
  assert.equal(await verdict(), "Blocked");
  charger.close();
  assertCalm(page);
});

test("a lost card is replaced, and a car is known by its address however the charger writes it", async () => {
  const { api } = world;
  const ada = await driverNamed("Ada King");
  await api.patch(`/drivers/${ada.id}`, { blocked: false });
  const page = await open(`/drivers/${ada.id}?tab=keys`, "Ada King");
  await page.getByRole("button", { name: "Actions for 04ADA001" }).click();
  await page.getByRole("menuitem", { name: "Replace" }).click();
  const form = page.getByRole("dialog", { name: "Replace" });
  await form.getByLabel("New key").fill("04ADA002");
  await form.getByRole("button", { name: "Replace" }).click();
  await page.getByRole("row", { name: /04ADA002/ }).waitFor();
  await page.getByText("04ADA001").waitFor({ state: "detached" });

  await page.getByRole("button", { name: "Add charge key" }).click();
  const key = page.getByRole("dialog", { name: "Add charge key" });
  await key.getByLabel("Key", { exact: false }).first().fill("00:1A:2B:3C:4D:5E");
  await key.getByRole("combobox", { name: "Kind" }).click();
  await page.getByRole("option", { name: "Car (MAC address)" }).click();
  await key.getByRole("button", { name: "Add charge key" }).click();
  await page.getByRole("row", { name: /00:1A:2B/ }).waitFor();

  const { items } = await api.get("/sites");
  const charger = await Charger.connect(await api.station(items[0], "DRV-2"));
  await charger.boot();
  const verdict = async (idTag) => (await charger.call("Authorize", { idTag })).idTagInfo.status;
  assert.equal(await verdict("VID:001A2B3C4D5E"), "Accepted");
  assert.equal(await verdict("04ADA001"), "Blocked");
  assert.equal(await verdict("04ADA002"), "Accepted");
  charger.close();
  assertCalm(page);
});

test("drivers come from a file, are grouped together, taken out as one, and forgotten", async () => {
  const page = await open("/drivers?tab=groups", "Drivers");
  await page.getByText("No groups yet").waitFor();
  await page.getByRole("button", { name: "Add group" }).first().click();
  const group = page.getByRole("dialog", { name: "Add group" });
  await group.getByLabel("Name", { exact: false }).first().fill("Staff");
  await group.getByRole("button", { name: "Add group" }).click();
  await page.getByRole("row", { name: /Staff/ }).waitFor();

  await page.getByRole("tab", { name: "Drivers" }).click();
  await page.getByRole("button", { name: "Import drivers" }).click();
  const dialog = page.getByRole("dialog", { name: "Import drivers" });
  const lines = ["Name;E-mail;RFID", "Grace Hopper;grace@fjord.example;04GRACE1", "Alan;not an address;", "Mary;;04GRACE1"];
  await dialog.locator("input[type=file]").setInputFiles({
    name: "drivers.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(lines.join("\n")),
  });
  await dialog.getByText("1 good line").waitFor();
  await dialog.getByText("2 lines with problems").waitFor();
  await dialog.getByText("this charge key exists already").waitFor();
  await dialog.getByRole("button", { name: "Add 1 driver" }).click();
  await page.getByRole("row", { name: /Grace Hopper/ }).waitFor();

  await page.getByRole("checkbox", { name: "Select Grace Hopper" }).check();
  await page.getByRole("checkbox", { name: "Select Ada King" }).check();
  const bar = page.getByRole("region", { name: "2 selected" });
  await bar.getByRole("button", { name: "Add to group" }).click();
  await page.getByRole("menuitem", { name: "Staff" }).click();
  await page.getByText("2 drivers changed").waitFor();
  await page.getByRole("combobox", { name: "Group" }).click();
  await page.getByRole("option", { name: "Staff" }).click();
  await until("both are listed", async () => (await page.getByRole("row").count()) === 3);

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    (async () => {
      await page.getByRole("button", { name: "Export" }).click();
      await page.getByRole("menuitem", { name: "CSV" }).click();
    })(),
  ]);
  const text = await (await import("node:fs/promises")).readFile(await download.path(), "utf8");
  assert.ok(text.includes("Grace Hopper") && text.includes("'+45 12 34 56 78"), text);

  const grace = await driverNamed("Grace Hopper");
  await page.getByRole("link", { name: "Grace Hopper" }).click();
  await page.getByRole("heading", { level: 1, name: "Grace Hopper" }).waitFor();
  await page.getByText("Staff", { exact: true }).waitFor();
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Erase driver" }).click();
  const ask = page.getByRole("dialog", { name: "Erase driver" });
  await ask.getByText("1 charge key").waitFor();
  await ask.getByRole("button", { name: "Erase driver" }).click();
  await page.getByRole("heading", { level: 1, name: "Drivers" }).waitFor();
  await page.getByText("Grace Hopper").waitFor({ state: "detached" });
  assert.equal(await driverNamed("Grace Hopper"), undefined);
  assert.ok(grace.id);
  assertCalm(page);
});
