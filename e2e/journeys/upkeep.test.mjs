// Desired state: templates with drift and repair, and firmware for many chargers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { Charger } from "../lib/station.mjs";

let station;
let charger;
const world = withServer({}, async ({ api }) => {
  const site = await api.site();
  station = await api.station(site, "KEEP-1");
  charger = await Charger.connect(station);
  charger.answers.GetConfiguration = {
    configurationKey: [{ key: "HeartbeatInterval", readonly: false, value: "300" }],
  };
  await charger.boot();
  await charger.status(1, "Available");
  await api.post(`/stations/${station.id}/commands`, { command: "read_variables" });
});

async function open(path) {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto(path);
  return page;
}

test("a template is made, the difference shown at the charger and repaired", async () => {
  const page = await open("/settings");
  await page.getByRole("button", { name: "New template" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: false }).first().fill("Quiet");
  await dialog.getByLabel("Manufacturer").fill("Volt*");
  await dialog.getByRole("textbox", { name: "Setting" }).fill("HeartbeatInterval");
  await dialog.getByLabel("Value").fill("900");
  await dialog.getByRole("button", { name: "Save" }).click();
  const row = page.getByRole("row", { name: /Quiet/ });
  await row.getByText("Volt*").waitFor();

  await page.goto(`/chargers/${station.id}?tab=settings`);
  await page.getByText("1 setting differs from its template").waitFor();
  await page.getByRole("row", { name: /HeartbeatInterval/ }).getByText("Quiet wants").waitFor();
  await page.getByRole("button", { name: "Repair" }).click();
  const { payload } = await charger.received("ChangeConfiguration");
  assert.deepEqual(payload, { key: "HeartbeatInterval", value: "900" });
  await page.getByText("Taken: 1. Refused: 0.").waitFor();

  await page.goto("/settings");
  await row.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("No templates yet").waitFor();
  assertCalm(page);
});

test("a campaign goes to a charger, is paused and stopped", async () => {
  const page = await open("/firmware");
  await page.getByText("No campaigns yet").waitFor();
  await page.getByRole("button", { name: "New campaign" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Spring update");
  await dialog.getByLabel("Where the firmware is").fill("https://firmware.example.org/4.2.bin");
  await dialog.getByLabel("New version").fill("4.2.0");
  await dialog.getByRole("button", { name: "All Voltaro Pillar 22" }).click();
  await dialog.getByText("1 charger will update and restart.", { exact: false }).waitFor();
  await dialog.getByRole("button", { name: "Start campaign" }).click();
  await dialog.waitFor({ state: "detached" });

  await page.getByRole("button", { name: "Spring update" }).click();
  await page.getByRole("link", { name: "KEEP-1" }).waitFor();
  await page.getByText("Goes first").waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByText("Paused", { exact: true }).first().waitFor();
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Stop" }).click();
  await page.getByText("Stopped", { exact: true }).first().waitFor();
  assertCalm(page);
});
