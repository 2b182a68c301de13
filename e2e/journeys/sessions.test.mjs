// Sessions as an operator works with them: found, watched, stopped, looked at, priced, taken away.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { until } from "../lib/server.mjs";
import { Charger } from "../lib/station.mjs";

const RULES = {
  currency: "DKK",
  prices: "with_vat",
  elements: [{ components: [{ dimension: "energy", price: "4.00", vat: "25" }] }],
};

const world = withServer({}, async ({ api }) => {
  const [quay, yard] = [await api.site("Quay"), await api.site("Yard")];
  const tariff = await api.post("/tariffs", { name: "Day", rules: RULES });
  await api.patch(`/sites/${quay.id}`, { tariff_id: tariff.id });
  await api.key("04A2B1C3", { alias: "Fleet van 12" });
  const chargers = {};
  for (const [site, identity] of [
    [quay, "QUAY-1"],
    [yard, "YARD-1"],
  ]) {
    const charger = await Charger.connect(await api.station(site, identity));
    await charger.boot();
    await charger.status(1, "Available");
    const transaction = await charger.start(1, "04A2B1C3", 10_000);
    await charger.meter(1, transaction, 11_000, 7_360);
    await charger.stop(transaction, 12_000, "04A2B1C3");
    chargers[identity] = charger;
  }
  Object.assign(world, { chargers });
});

const rows = (page) => page.getByRole("row").filter({ has: page.getByRole("button", { name: /Actions for/ }) });
const choose = async (page, name, option) => {
  await page.getByRole("combobox", { name, exact: true }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
};
const actions = async (page, row, item) => {
  await row.getByRole("button", { name: /Actions for session/ }).click();
  await page.getByRole("menuitem", { name: item }).click();
};

async function fileOf(page, act) {
  const [file] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

test("sessions are found by any filter, which stands in the address and can be saved", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.getByRole("link", { name: "Sessions", exact: true }).click();
  await until("both sessions", async () => (await rows(page).count()) === 2);
  // F69: site, charger, kind, payment, status, day.
  await choose(page, "Site", "Yard");
  await until("one session", async () => (await rows(page).count()) === 1);
  await page.getByRole("button", { name: "Remove filter Yard" }).click().catch(() => page.goto("/sessions"));
  await choose(page, "Charger", "QUAY-1");
  await page.waitForURL(/charger=/);
  await choose(page, "Plug", "1");
  await until("one session", async () => (await rows(page).count()) === 1);
  await page.goto("/sessions");
  await choose(page, "Payment", "No tariff");
  await page.getByRole("row", { name: /YARD-1/ }).waitFor();
  await until("one session", async () => (await rows(page).count()) === 1);
  await page.goto("/sessions?kind=booking");
  await page.getByText("No sessions").waitFor();
  await page.goto("/sessions?from=2020-01-01&to=2020-01-31");
  await page.getByText("No sessions").waitFor();
  // F70: a word of the charger, the site, the key or its name.
  await page.goto("/sessions");
  for (const word of ["yard", "van 12", "04a2b1c3"]) {
    await page.getByRole("searchbox").fill(word);
    await page.waitForURL(/q=/);
    await until(word, async () => (await rows(page).count()) === (word === "yard" ? 1 : 2));
  }
  // Columns are chosen, and the whole view is kept under a name.
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "Reason of the end" }).check();
  await page.keyboard.press("Escape");
  await page.getByRole("columnheader", { name: "Reason of the end" }).waitFor();
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "Save this view" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Vans");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.goto("/sessions");
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "Vans" }).click();
  await page.waitForURL(/q=04a2b1c3/);
  assertCalm(page);
});

test("a session goes away as a log and a receipt, a list as a sheet of at most thirty days", async () => {
  const page = await openPage(world.browser, world.server, { expected: ["409"] });
  await signIn(page);
  await page.goto("/sessions?q=quay");
  const row = page.getByRole("row", { name: /QUAY-1/ });
  // F68: what a session came to.
  await row.getByText("2.000").waitFor();
  await row.getByText(/8\.00/).waitFor();
  // F74: what was said around it.
  const log = await fileOf(page, () => actions(page, row, "Log, CSV"));
  assert.match(log.bytes.toString("utf8"), /StartTransaction[\s\S]*MeterValues[\s\S]*StopTransaction/);
  // F73: a receipt on paper.
  const receipt = await fileOf(page, () => actions(page, row, "Receipt"));
  assert.match(receipt.name, /^receipt-\d{6}-\d+\.pdf$/);
  assert.equal(receipt.bytes.subarray(0, 5).toString(), "%PDF-");
  // F71: without days, and over more than thirty, the export says why not.
  const refused = async (text) => {
    await page.getByRole("button", { name: "Export" }).click();
    await page.getByRole("menuitem", { name: "CSV" }).click();
    await page.getByText(text).first().waitFor();
  };
  await refused(/at most 30 days/);
  await page.goto("/sessions?from=2026-01-01&to=2026-03-31");
  await refused(/this range has 90/);
  const day = (back) =>
    new Date(Date.now() - back * 86_400_000).toLocaleDateString("sv", { timeZone: "Europe/Copenhagen" });
  await page.goto(`/sessions?from=${day(29)}&to=${day(0)}`);
  const list = await fileOf(page, async () => {
    await page.getByRole("button", { name: "Export" }).click();
    await page.getByRole("menuitem", { name: "CSV" }).click();
  });
  const lines = list.bytes.toString("utf8").trim().split("\r\n");
  assert.equal(lines.length, 3);
  assert.match(lines[0], /Started \(UTC\)/);
  assert.match(list.bytes.toString("utf8"), /Quay,QUAY-1,,1,04A2B1C3,Fleet van 12,on demand,2\.000,8\.00,DKK,priced,ended/);
  // Its page says why it costs what it costs.
  await page.goto("/sessions?q=quay");
  await actions(page, page.getByRole("row", { name: /QUAY-1/ }), "Open details");
  const why = page.getByRole("table", { name: "Why this price" });
  await why.getByRole("row", { name: /Energy.*2\.000.*4\.00.*25 %.*8\.00/ }).waitFor();
  assertCalm(page);
});

test("a live session is watched, stopped, closed and looked at, with words", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  const charger = world.chargers["QUAY-1"];
  await page.goto("/sessions?view=live");
  await page.getByText("Nobody is charging at the moment").waitFor();
  const transaction = await charger.start(1, "04A2B1C3", 20_000);
  await charger.meter(1, transaction, 21_000, 7_400);
  // F76: power, energy, cost so far and the curve, as it charges.
  const row = page.getByRole("row", { name: /QUAY-1/ });
  await row.getByText("7.4").waitFor();
  await actions(page, row, "Open details");
  await page.getByText("So far").waitFor();
  await until("the cost so far", async () =>
    /4\.00/.test(await page.getByRole("table", { name: "Why this price" }).textContent()),
  );
  // F72: stopped by the charger itself.
  await page.getByRole("button", { name: "Stop session" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Stop session" }).click();
  await page.getByText("The charger ends the session").waitFor();
  const stop = await charger.received("RemoteStopTransaction");
  assert.equal(String(stop.payload.transactionId), String(transaction));
  await charger.stop(transaction, 22_000, "04A2B1C3");
  await page.getByText("Ended", { exact: true }).first().waitFor();
  // One that its charger forgot is closed here, and looked at.
  const forgotten = await charger.start(1, "04A2B1C3", 22_000);
  assert.ok(forgotten);
  await page.goto("/sessions?view=live");
  await actions(page, page.getByRole("row", { name: /QUAY-1/ }), "Close session");
  await page.getByRole("dialog").getByRole("button", { name: "Close session" }).click();
  await page.getByText("Nobody is charging at the moment").waitFor();
  // One whose meter ran backwards waits for a person.
  const odd = await charger.start(1, "04A2B1C3", 22_000);
  await charger.stop(odd, 21_000, "04A2B1C3");
  await page.goto("/sessions?status=review");
  await actions(page, page.getByRole("row", { name: /QUAY-1/ }).first(), "Mark as reviewed");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("What you found").fill("The meter was replaced; nothing was charged.");
  await dialog.getByRole("button", { name: "Mark as reviewed" }).click();
  await page.getByText("Marked as reviewed").first().waitFor();
  await page.goto("/sessions?status=ended");
  await actions(page, page.getByRole("row", { name: /QUAY-1/ }).first(), "Open details");
  await page.getByText("The meter was replaced; nothing was charged.").waitFor();
  assertCalm(page);
});
