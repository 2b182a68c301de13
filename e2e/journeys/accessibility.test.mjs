// axe on every screen, light, dark and phone: nothing serious.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, PHONE, seriousFindings, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { openScreen, screens } from "../lib/screens.mjs";
import { Charger, knock } from "../lib/station.mjs";

let ids;
const world = withServer({}, async ({ api, server }) => {
  const site = await api.site("Harbour");
  await api.key("04A2B1C3", { alias: "Fleet van 12" });
  const station = await api.station(site, "AXE-1", { security_profile: 0 });
  const charger = await Charger.connect(station);
  await charger.boot();
  const statuses = ["Available", "Charging", "SuspendedEV", "SuspendedEVSE", "Finishing", "Reserved", "Unavailable", "Preparing"];
  for (const [index, status] of statuses.entries()) await charger.status(index + 1, status);
  await charger.status(9, "Faulted", { errorCode: "GroundFailure", info: "RCD" });
  const transaction = await charger.start(2, "04A2B1C3", 0);
  for (const step of [1, 2, 3]) await charger.meter(2, transaction, step * 1_000, 11_000);
  charger.answers.GetConfiguration = { configurationKey: [{ key: "HeartbeatInterval", readonly: false, value: "300" }] };
  await api.post(`/stations/${station.id}/commands`, { command: "read_variables" });
  await api.station(site, "AXE-2");
  await knock(server.url, "AXE-9");
  const { items } = await api.get("/sessions");
  ids = { site: site.id, station: station.id, session: items[0].id };
});

const MODES = [
  ["light", {}],
  ["dark", { dark: true }],
  ["phone", { viewport: PHONE }],
];

for (const [mode, options] of MODES) {
  test(`nothing serious, ${mode}`, async () => {
    const page = await openPage(world.browser, world.server, options);
    await page.goto("/");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.deepEqual(await seriousFindings(page), [], `sign-in, ${mode}`);
    await signIn(page);
    const found = {};
    for (const [name, path] of screens(ids)) {
      await openScreen(page, path);
      const findings = await seriousFindings(page);
      if (findings.length > 0) found[name] = findings;
    }
    // As text, so that all of it is printed.
    assert.equal(JSON.stringify(found, null, 1), "{}", mode);
    assertCalm(page);
  });
}
