// Charge keys: added, blocked and removed here, obeyed at the charger.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { Charger } from "../lib/station.mjs";

const world = withServer();

test("a key may charge until it is blocked, and not once it is removed", async () => {
  const { api, browser, server } = world;
  const site = await api.site();
  const charger = await Charger.connect(await api.station(site, "KEY-1"));
  await charger.boot();
  const verdict = async () => (await charger.call("Authorize", { idTag: "0455AA99" })).idTagInfo.status;
  assert.equal(await verdict(), "Invalid");

  const page = await openPage(browser, server);
  await signIn(page);
  await page.goto("/charge-keys");
  await page.getByText("No charge keys yet").waitFor();
  await page.getByRole("button", { name: "Add charge key" }).first().click();
  const form = page.getByRole("dialog", { name: "Add charge key" });
  await form.getByRole("textbox", { name: "Key", exact: false }).first().fill("0455AA99");
  await form.getByLabel("Name").fill("Visitor card");
  await form.getByRole("button", { name: "Add charge key" }).click();
  const row = page.getByRole("row", { name: /0455AA99/ });
  await row.getByText("Accepted").waitFor();
  assert.equal(await verdict(), "Accepted");

  await row.getByRole("button", { name: "Actions for 0455AA99" }).click();
  await page.getByRole("menuitem", { name: "Block" }).click();
  await row.getByText("Blocked").waitFor();
  assert.equal(await verdict(), "Blocked");

  await row.getByRole("button", { name: "Actions for 0455AA99" }).click();
  await page.getByRole("menuitem", { name: "Remove key" }).click();
  const confirm = page.getByRole("dialog", { name: "Remove key" });
  await confirm.getByText("Visitor card").waitFor();
  await confirm.getByRole("button", { name: "Remove key" }).click();
  await page.getByText("No charge keys yet").waitFor();
  assert.equal(await verdict(), "Invalid");
  charger.close();
  assertCalm(page);
});
