// The expert's form: made from the message's schema, JSON both ways, the answer beside the request.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { Charger } from "../lib/station.mjs";

let station;
let charger;
const world = withServer({}, async ({ api }) => {
  const site = await api.site();
  station = await api.station(site, "EXP-1");
  charger = await Charger.connect(station);
  await charger.boot();
});

test("a message is filled in by its schema, sent, and answered beside it", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto(`/chargers/${station.id}?tab=expert`);
  await page.getByText("No message chosen").waitFor();
  await page.getByRole("combobox", { name: "Message" }).fill("SetCharging");
  await page.getByRole("option", { name: "SetChargingProfile" }).click();

  // What the standard requires is asked for before anything is sent.
  const send = page.getByRole("button", { name: "Send SetChargingProfile to EXP-1" });
  await send.click();
  await page.getByText(/Still needed: .*\/connectorId/).waitFor();
  assert.equal(charger.calls.filter((each) => each.action === "SetChargingProfile").length, 0);

  await page.getByLabel("connectorId").fill("1");
  await page.getByLabel("chargingProfileId").fill("8");
  await page.getByLabel("stackLevel").fill("0");
  const choose = async (name, option) => {
    await page.getByRole("combobox", { name }).click();
    await page.getByRole("option", { name: option, exact: true }).click();
  };
  await choose("chargingProfilePurpose", "TxDefaultProfile");
  await choose("chargingProfileKind", "Relative");
  await choose("chargingRateUnit", "A");
  await page.getByRole("button", { name: "Add chargingSchedulePeriod" }).click();
  await page.getByLabel("startPeriod").first().fill("0");
  await page.getByLabel("limit").first().fill("16.5");
  await page.getByRole("button", { name: "Add chargingSchedulePeriod" }).click();
  await page.getByLabel("startPeriod").nth(1).fill("3600");
  await page.getByLabel("limit").nth(1).fill("6");

  // The same as JSON, and back.
  await page.getByRole("radiogroup", { name: "How it is entered" }).getByText("JSON").click();
  const json = page.getByLabel("Payload (JSON)");
  const written = JSON.parse(await json.inputValue());
  assert.equal(written.csChargingProfiles.chargingSchedule.chargingSchedulePeriod.length, 2);
  await json.fill(JSON.stringify({ ...written, connectorId: 2 }));
  await page.getByRole("radiogroup", { name: "How it is entered" }).getByText("Form").click();
  assert.equal(await page.getByLabel("connectorId").inputValue(), "2");

  charger.answers.SetChargingProfile = { status: "NotSupported" };
  await send.click();
  await page.getByText('"status": "NotSupported"').waitFor();
  const { payload } = await charger.received("SetChargingProfile");
  assert.deepEqual(payload, {
    connectorId: 2,
    csChargingProfiles: {
      chargingProfileId: 8,
      stackLevel: 0,
      chargingProfilePurpose: "TxDefaultProfile",
      chargingProfileKind: "Relative",
      chargingSchedule: {
        chargingRateUnit: "A",
        chargingSchedulePeriod: [
          { startPeriod: 0, limit: 16.5 },
          { startPeriod: 3600, limit: 6 },
        ],
      },
    },
  });
  assertCalm(page);
});
