// Commands: what will happen to whom, then the charger's literal answer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { Charger } from "../lib/station.mjs";

let station;
let charger;
const world = withServer({}, async ({ api }) => {
  const site = await api.site();
  await api.key("04A2B1C3", { alias: "Fleet van 12" });
  station = await api.station(site, "CMD-1");
  charger = await Charger.connect(station);
  await charger.boot();
  await charger.status(1, "Available");
});

async function open(tab = "") {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto(`/chargers/${station.id}${tab}`);
  await page.getByRole("heading", { level: 1, name: "CMD-1" }).waitFor();
  return page;
}

async function act(page, name) {
  await page.getByRole("button", { name: "Actions" }).click();
  await page.getByRole("menuitem", { name, exact: true }).click();
  return page.getByRole("dialog");
}

test("a session is started and stopped from here", async () => {
  const page = await open();
  const start = await act(page, "Start session");
  await start.getByLabel("Charge key").fill("04A2B1C3");
  await start.getByRole("button", { name: "Send" }).click();
  await start.getByText("Accepted", { exact: true }).first().waitFor();
  await start.getByText('"status": "Accepted"').waitFor();
  const { payload } = await charger.received("RemoteStartTransaction");
  assert.equal(payload.idTag, "04A2B1C3");
  await start.getByRole("button", { name: "Close", exact: true }).last().click();

  const transaction = await charger.start(1, "04A2B1C3", 0);
  await charger.status(1, "Charging");
  await page.getByRole("button", { name: "End session" }).click();
  const stop = page.getByRole("dialog");
  await stop.getByRole("button", { name: "Send" }).click();
  await stop.getByText('"status": "Accepted"').waitFor();
  const stopped = await charger.received("RemoteStopTransaction");
  assert.equal(stopped.payload.transactionId, transaction);
  await stop.getByRole("button", { name: "Close", exact: true }).last().click();

  // A reset says whom it concerns before it is sent.
  await page.getByRole("button", { name: "Soft reset", exact: true }).click();
  const reset = page.getByRole("dialog");
  await reset.getByText("Ends 1 session.").waitFor();
  await reset.getByRole("button", { name: "Cancel" }).click();
  await charger.stop(transaction, 500, "04A2B1C3");
  assertCalm(page);
});

test("a refusal is shown with the charger's own word", async () => {
  charger.answers.Reset = { status: "Rejected", vendorNote: "not <b>now</b>" };
  const page = await open();
  const dialog = await act(page, "Hard reset");
  await dialog.getByText("No session is open there.").waitFor();
  await dialog.getByRole("button", { name: "Send" }).click();
  await dialog.getByText("Rejected", { exact: true }).waitFor();
  await dialog.getByText("Refused", { exact: true }).waitFor();
  await dialog.getByText('"vendorNote": "not <b>now</b>"').waitFor();
  const { payload } = await charger.received("Reset");
  assert.deepEqual(payload, { type: "Hard" });
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();

  await page.getByRole("tab", { name: "Commands" }).click();
  const row = page.getByRole("row", { name: /Reset/ }).first();
  await row.getByText("Refused", { exact: true }).waitFor();
  await row.getByRole("button", { name: "Reset" }).click();
  await page.getByText('"vendorNote": "not <b>now</b>"').waitFor();
  assertCalm(page);
});

test("settings are read, kept and changed", async () => {
  charger.answers.GetConfiguration = {
    configurationKey: [
      { key: "HeartbeatInterval", readonly: false, value: "300" },
      { key: "NumberOfConnectors", readonly: true, value: "1" },
    ],
    unknownKey: [],
  };
  charger.answers.ChangeConfiguration = { status: "RebootRequired" };
  const page = await open("?tab=settings");
  await page.getByRole("button", { name: "Read settings" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
  await page.getByRole("dialog").getByText("HeartbeatInterval").first().waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Close", exact: true }).last().click();

  const row = page.getByRole("row", { name: /HeartbeatInterval/ });
  await row.getByText("300").waitFor();
  assert.equal(await page.getByRole("button", { name: "Change NumberOfConnectors" }).count(), 0);
  // In place, by keyboard; the charger's own word stays beside the setting.
  await row.getByRole("button", { name: "Change HeartbeatInterval" }).click();
  await row.getByLabel("New value of HeartbeatInterval").fill("120");
  await page.keyboard.press("Enter");
  await row.getByText("RebootRequired", { exact: true }).waitFor();
  const { payload } = await charger.received("ChangeConfiguration");
  assert.deepEqual(payload, { key: "HeartbeatInterval", value: "120" });
  assertCalm(page);
});

test("an expert sends a call as it is", async () => {
  charger.answers.GetLocalListVersion = { listVersion: 17 };
  const page = await open();
  const dialog = await act(page, "Raw call");
  await dialog.getByLabel("Action").fill("GetLocalListVersion");
  await dialog.getByLabel("Payload (JSON)").fill("{nonsense");
  await dialog.getByRole("button", { name: "Send" }).click();
  await dialog.getByText("This is not JSON").waitFor();
  await dialog.getByLabel("Payload (JSON)").fill("{}");
  await dialog.getByRole("button", { name: "Send" }).click();
  await dialog.getByText('"listVersion": 17').waitFor();
  assertCalm(page);
});

test("a charger that is away is said to be", async () => {
  const site = await world.api.site("Elsewhere");
  const away = await world.api.station(site, "AWAY-1");
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto(`/chargers/${away.id}`);
  const dialog = await act(page, "Clear key cache");
  await dialog.getByText("nothing can reach it now").waitFor();
  await dialog.getByRole("button", { name: "Send" }).click();
  await dialog.getByText("No answer").waitFor();
  await dialog.getByText("Offline", { exact: true }).waitFor();
  assertCalm(page);
});
