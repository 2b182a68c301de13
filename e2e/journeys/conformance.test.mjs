// How a charger keeps to the standard: a verdict, advice, what it uses and what it refused.
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { Charger } from "../lib/station.mjs";

let station;
let charger;
const world = withServer({}, async ({ api }) => {
  const site = await api.site();
  station = await api.station(site, "CONF-1");
  charger = await Charger.connect(station);
  await charger.boot();
});

test("the verdict follows what the charger does", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto(`/chargers/${station.id}?tab=conformance`);
  await page.getByText("It keeps to the standard").waitFor();

  charger.answers.ClearCache = { status: "Rejected" };
  await world.api.post(`/stations/${station.id}/commands`, { command: "clear_cache" });
  await charger.call("FirmwareStatusNotification", { status: "Downloading" });
  await charger.call("StatusNotification", { connectorId: "1", status: "Available", errorCode: "NoError" });
  await page.reload();
  await page.getByText("It deviates in ways that do no harm").waitFor();
  await page.getByText("A value has the wrong type").waitFor();
  await page.getByText("Downloading", { exact: true }).waitFor();
  const refused = page.getByRole("region", { name: "What it refused" }).first();
  await refused.getByText("Clear key cache").waitFor();
  await refused.getByText("Rejected", { exact: true }).waitFor();
  await page.getByText(/Not heard lately: .*MeterValues/).waitFor();

  // Something that is missing cannot be lived with: the advice asks for an update.
  await charger.call("StatusNotification", { connectorId: 1, status: "Available" });
  await page.reload();
  await page.getByText("Something should be done").waitFor();
  await page.getByText("To do", { exact: true }).first().waitFor();
  assertCalm(page);
});
