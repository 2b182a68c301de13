// "What happened at 14:05?": connections, statuses, sessions, keys, commands and changes of one charger in their order.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { Charger, knock } from "../lib/station.mjs";

let station;
const world = withServer({}, async ({ api, server }) => {
  await api.key("04A2B1C3");
  station = await api.station(await api.site(), "TIME-1");
  await knock(server.url, "TIME-1", "not the password");
  const charger = await Charger.connect(station);
  await charger.boot({ firmwareVersion: "3.1.4" });
  await charger.status(1, "Available");
  await charger.call("Authorize", { idTag: "NOBODY" });
  await charger.status(1, "Preparing");
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
  const started = { connectorId: 1, idTag: "04A2B1C3", meterStart: 0, timestamp: hourAgo };
  const { transactionId } = await charger.call("StartTransaction", started);
  await charger.status(1, "Charging");
  await charger.stop(transactionId, 4_200, "04A2B1C3");
  await charger.status(1, "Faulted", { errorCode: "GroundFailure", vendorErrorCode: "E-7" });
  await api.post(`/stations/${station.id}/commands`, { command: "reset", kind: "soft" });
  charger.close();
  await api.patch(`/stations/${station.id}`, { name: "Gate" });
});

test("each thing is a line, with its cause, and a moment is jumped to", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto(`/chargers/${station.id}?tab=timeline`);
  const lines = page.getByRole("list", { name: "What happened" });
  await lines.getByText("Connection lost").waitFor();
  const all = (await lines.getByRole("listitem").allTextContents()).join("\n");
  for (const expected of [
    /Edited · e2e/,
    /name: — → Gate/,
    /Connection lost\s*shortly after: Reset/,
    /Reset, asked by API key e2e · Accepted/,
    /Plug 1: .*→ Faulted · GroundFailure · E-7/,
    /Plug 1: Session ended 4[.,]2/,
    /Plug 1: Session started with key 04A2B1C3/,
    /Plug 1: Available → Preparing/,
    /Charge key refused NOBODY/,
    /Started .*3\.1\.4/,
    /Connected from 127\.0\.0\.1/,
    /Not let in: Wrong password/,
    /Added/,
  ]) {
    assert.match(all, expected);
  }
  // Newest first.
  assert.ok(all.indexOf("Connection lost") < all.indexOf("Session ended"));
  assert.ok(all.indexOf("Session ended") < all.indexOf("Session started"));
  await lines.getByRole("link", { name: "open session" }).first().click();
  await page.waitForURL(/\/sessions\/\d+$/);
  await page.goBack();

  await page.getByLabel(/What happened at \(Europe\/Copenhagen\)/).fill("2020-01-01T14:05");
  await page.getByText("Nothing yet").waitFor();
  await page.getByRole("button", { name: "To now" }).click();
  await lines.getByText("Connection lost").waitFor();
  assertCalm(page);
});
