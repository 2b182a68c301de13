// The device model of a 2.1 charger: read, searched, changed in place; what its components reported.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { until } from "../lib/server.mjs";

let station;
const world = withServer({}, async ({ api, server }) => {
  const site = await api.site();
  station = await api.station(site, "DEV-21", { security_profile: 0 });
  server.simulate(["--identity", "DEV-21", "--version", "2.1", "--scenario", "everything"]);
  await until("the charger to have reported everything", async () => {
    const { items } = await api.get(`/stations/${station.id}/events`);
    return items.length > 0;
  });
});

test("it is read, searched, and a variable is changed where it stands", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto(`/chargers/${station.id}?tab=settings`);
  await page.getByRole("button", { name: "Read inventory" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Send" }).click();
  await dialog.getByText("Accepted", { exact: true }).first().waitFor();
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();

  await page.getByRole("button", { name: /^OCPPCommCtrlr/ }).click();
  const row = page.getByRole("row", { name: /HeartbeatInterval/ });
  await row.getByText("integer").waitFor();
  await row.getByRole("button", { name: "Change HeartbeatInterval" }).click();
  await row.getByLabel("New value of HeartbeatInterval").fill("77");
  await page.keyboard.press("Enter");
  await row.getByText("Accepted", { exact: true }).first().waitFor();
  await row.getByText("77", { exact: true }).waitFor();

  // Search finds by variable, and opens what it finds; what is read-only has nothing to change it with.
  await page.getByRole("searchbox", { name: "Find a setting" }).fill("evsecount");
  await page.getByRole("row", { name: /EVSECount/ }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Change EVSECount" }).count(), 0);
  assert.equal(await page.getByRole("row", { name: /HeartbeatInterval/ }).count(), 0);
  assert.match(page.url(), /q=evsecount/);

  await page.getByRole("radiogroup", { name: "Part of the device model" }).getByText("Events").click();
  await page.getByRole("row", { name: /Alerting/ }).first().waitFor();
  await page.getByRole("radiogroup", { name: "Part of the device model" }).getByText("Monitors").click();
  await page.getByRole("button", { name: "Read monitors" }).click();
  await page.getByRole("status").first().waitFor();
  assertCalm(page);
});
