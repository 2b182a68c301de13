// The charger list and a charger's page: columns, filters, files, homes, plugs, a blocked bay, notes, uptime, deletion.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { until } from "../lib/server.mjs";
import { Charger } from "../lib/station.mjs";

let station;
let charger;
const world = withServer({}, async (world) => {
  const { api } = world;
  world.site = await api.site();
  await api.key("04A2B1C3");
  station = await api.station(world.site, "ODE-1", {
    name: "=2+5",
    evses: [{ evse: 1, max_power_w: 22_000, current: "ac", connectors: [{ connector: 1, kind: "type2" }] }],
  });
  await api.station(world.site, "ODE-2", { name: "Yard" });
  charger = await Charger.connect(station);
  await charger.boot({ chargePointSerialNumber: "SN-77" });
  await charger.status(1, "Available");
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
  const started = { connectorId: 1, idTag: "04A2B1C3", meterStart: 0, timestamp: hourAgo };
  const { transactionId } = await charger.call("StartTransaction", started);
  await charger.stop(transactionId, 12_340, "04A2B1C3");
});

async function open(path, name = "Chargers") {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto(path);
  await page.getByRole("heading", { level: 1, name }).waitFor();
  return page;
}

test("the list shows thirty days, finds, opens to plugs and remembers its columns", async () => {
  const page = await open("/chargers");
  const row = page.getByRole("row", { name: /ODE-1/ });
  await row.getByText("12.3").waitFor();
  await row.getByText("Online", { exact: true }).waitFor();
  await page.getByRole("row", { name: /ODE-2/ }).getByText("Never connected").waitFor();
  // A figure says what it counts.
  await page.getByRole("columnheader").getByText("Uptime, 30 d").focus();
  await page.getByText(/neither offline nor faulted/).waitFor();

  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "Serial number" }).check();
  await page.keyboard.press("Escape");
  await row.getByText("SN-77").waitFor();
  await page.reload();
  await row.getByText("SN-77").waitFor();

  await page.getByRole("combobox", { name: "Connection" }).click();
  await page.getByRole("option", { name: "Offline" }).click();
  await row.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Remove filter Offline" }).click();
  await page.getByRole("searchbox").fill("SN-77");
  await page.getByRole("row", { name: /ODE-2/ }).waitFor({ state: "detached" });
  await row.getByRole("button", { name: "Plugs of ODE-1" }).click();
  await page.getByText("Plug 1").first().waitFor();
  assertCalm(page);
});

test("the list is taken away as a file, in which nothing can run", async () => {
  const page = await open("/chargers");
  const wait = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: /CSV/ }).click();
  const text = readFileSync(await (await wait).path(), "utf8");
  assert.match(text, /ODE-1/);
  assert.match(text, /'=2\+5/);
  assert.match(text, /12\.340/);
  for (const [format, start] of [["xlsx", "PK"], ["pdf", "%PDF"]]) {
    const file = await page.request.get(`/api/v1/stations/export?format=${format}`);
    assert.equal((await file.body()).subarray(0, start.length).toString(), start);
  }
  assertCalm(page);
});

test("home chargers have a list of their own, with whose they are", async () => {
  const page = await open("/chargers?tab=home");
  await page.getByText("No home chargers yet").waitFor();
  await page.getByRole("button", { name: "Add charger" }).first().click();
  const form = page.getByRole("dialog", { name: "Add charger" });
  await form.getByRole("combobox", { name: "Site" }).click();
  await page.getByRole("option", { name: "Harbour" }).click();
  await form.getByLabel("Identity").fill("HOME-1");
  await form.getByLabel("Owner").fill("ola@example.org");
  await form.getByRole("button", { name: "Add charger" }).click();
  await page.getByRole("dialog", { name: "Connect HOME-1" }).getByRole("button", { name: "Done" }).click();
  await page.getByRole("row", { name: /HOME-1/ }).waitFor();
  await page.getByRole("tab", { name: "Commercial" }).click();
  await page.getByRole("row", { name: /ODE-1/ }).waitFor();
  assert.equal(await page.getByRole("row", { name: /HOME-1/ }).count(), 0);
  const { items } = await world.api.get("/stations?used_as=home");
  assert.equal(items[0].owner_email, "ola@example.org");
  assertCalm(page);
});

test("a bay that is blocked makes its plug unavailable, and tells why", async () => {
  const { api, server } = world;
  const page = await open(`/chargers/${station.id}`, /ODE-1/);
  await page.locator("[data-status=Available]").first().waitFor();
  // As a sensor's program would.
  const key = await server.run(["api-key", "create", "--name", "bay sensor"]);
  const say = (blocked) =>
    fetch(`${server.url}/api/v1/stations/${station.id}/evses/1/bay`, {
      method: "PUT",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ blocked, note: "a van without a plug" }),
    });
  assert.equal((await say(true)).status, 204);
  await page.locator("[data-status=Unavailable]").first().waitFor();
  await page.getByText(/Bay blocked, said API key bay sensor/).waitFor();
  await page.getByText("a van without a plug").waitFor();
  await page.getByText(/the charger itself says Available/).waitFor();
  const shown = (await api.get(`/stations/${station.id}`)).evses[0];
  assert.deepEqual([shown.connectors[0].status, shown.connectors[0].reported_status], ["Unavailable", "Available"]);
  assert.equal((await say(false)).status, 204);
  await page.locator("[data-status=Available]").first().waitFor();
  assertCalm(page);
});

test("its page tells uptime, keeps notes, and its plugs are mended", async () => {
  const page = await open(`/chargers/${station.id}`, /ODE-1/);
  const uptime = page.getByRole("region", { name: "Uptime" });
  await uptime.getByText("100").first().waitFor();
  await uptime.getByText("As a table").click();
  await uptime.getByRole("row").nth(1).waitFor();

  await page.getByRole("button", { name: "Manage" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  const form = page.getByRole("dialog", { name: "Edit" });
  await form.getByLabel("At most").fill("11");
  await form.getByRole("button", { name: "Save" }).click();
  await page.getByText("11", { exact: false }).first().waitFor();
  await until("the new power", async () => (await world.api.get(`/stations/${station.id}`)).evses[0].max_power_w === 11_000);

  await page.getByRole("tab", { name: "Notes and documents" }).click();
  await page.getByLabel("Write a note").fill("New lock since May.");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("New lock since May.").waitFor();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByText("No notes yet").waitFor();
  assertCalm(page);
});

test("a charger is deleted: its socket closes, its sessions stay, its identity is free", async () => {
  const { api } = world;
  const page = await open(`/chargers/${station.id}`, /ODE-1/);
  await page.getByRole("button", { name: "Actions" }).click();
  await page.getByRole("menuitem", { name: "Delete charger" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete charger" });
  await dialog.getByText(/its identity is free again/).waitFor();
  await dialog.getByRole("button", { name: "Delete charger" }).click();
  await page.getByRole("heading", { level: 1, name: "Chargers" }).waitFor();
  await page.getByRole("row", { name: /ODE-2/ }).waitFor();
  assert.equal((await api.get("/stations?q=ODE-1")).items.length, 0);
  assert.equal((await api.get("/sessions")).items.length, 1);
  await api.station(world.site, "ODE-1");
  assertCalm(page);
});
