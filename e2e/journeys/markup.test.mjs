// Threat 11: what a charger says is text, on every screen, whatever it says.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { openScreen, screens } from "../lib/screens.mjs";
import { Charger, knock } from "../lib/station.mjs";

/** Without blanks, short enough for every member of the protocol; a picture without a source would show that it became markup. */
const MARK = "<img/src=x/id=p>";
const SCRIPT = "<script>pwned=1</script>";

let ids;
const world = withServer({}, async ({ api, server }) => {
  const site = await api.site();
  const station = await api.station(site, "MARK-1");
  const charger = await Charger.connect(station);
  await charger.boot({
    chargePointVendor: MARK,
    chargePointModel: MARK,
    firmwareVersion: `${MARK}${SCRIPT}`,
    chargePointSerialNumber: MARK,
    iccid: MARK,
    imsi: MARK,
  });
  await charger.status(1, "Faulted", {
    errorCode: "OtherError",
    info: `${MARK}${SCRIPT}`,
    vendorId: MARK,
    vendorErrorCode: MARK,
  });
  await charger.call("Authorize", { idTag: MARK });
  // What is printed on a card has letters and digits; what an app shows may be anything.
  await api.key(MARK, { kind: "app", alias: SCRIPT });
  const transaction = await charger.start(1, MARK, 0);
  await charger.meter(1, transaction, 100, 1_000);
  await charger.call("StopTransaction", {
    transactionId: transaction,
    meterStop: 200,
    timestamp: new Date().toISOString(),
    reason: MARK,
  });
  await charger.call("DataTransfer", { vendorId: MARK, messageId: SCRIPT, data: `${MARK}${SCRIPT}` });
  charger.answers.GetConfiguration = {
    configurationKey: [{ key: MARK, readonly: false, value: `${MARK}${SCRIPT}` }],
  };
  await api.post(`/stations/${station.id}/commands`, { command: "read_variables" });
  charger.answers.ClearCache = { status: MARK };
  await api.post(`/stations/${station.id}/commands`, { command: "clear_cache" });
  // An identity holds no slash, but may hold blanks.
  await knock(server.url, MARK.replaceAll("/", " "));
  const { items } = await api.get(`/sessions?station_id=${station.id}`);
  ids = { site: site.id, station: station.id, session: items[0].id };
});

test("markup stays text on every screen", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  const shown = [];
  for (const [name, path] of screens(ids)) {
    await openScreen(page, path);
    const rows = page.getByRole("row");
    // What opens is opened too: the frames of messages, the plugs of chargers, the answers of commands.
    if (["charger-log", "charger-commands", "chargers"].includes(name)) {
      await rows.nth(1).waitFor();
      for (const button of await page.locator("tbody tr > td button").all()) await button.click({ timeout: 2_000 }).catch(() => {});
    }
    const state = await page.evaluate(() => ({
      pictures: document.querySelectorAll("img[src=x], #p").length,
      ran: "pwned" in globalThis,
      text: document.body.innerText,
    }));
    assert.equal(state.pictures, 0, `markup became an element on ${name}`);
    assert.equal(state.ran, false, `a script of a charger ran on ${name}`);
    if (/<img|<script/.test(state.text)) shown.push(name);
  }
  for (const name of ["charger", "chargers", "charger-log", "charger-settings", "charger-conformance", "charger-commands", "session", "sessions", "charge-keys", "unknown-chargers"]) {
    assert.ok(shown.includes(name), `${name} shows what the charger said, as text (shown on ${shown.join(", ")})`);
  }
  assertCalm(page);
});
