// What each role sees; that the server refuses the rest is tested where the server is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";

let station;
const world = withServer({}, async ({ api, server }) => {
  for (const role of ["operator", "support", "maintenance"]) {
    await server.run(["user", "add", `${role}@example.org`, "--name", role, "--role", role], {
      FORECOURT_PASSWORD: `${role} ${role} ${role}`,
    });
  }
  station = await api.station(await api.site(), "ROLE-1");
});

async function as(role) {
  const page = await openPage(world.browser, world.server);
  await signIn(page, { email: `${role}@example.org`, password: `${role} ${role} ${role}` });
  return page;
}

test("an operator runs the network and the organisation's details, but makes no keys", async () => {
  const page = await as("operator");
  await page.goto("/chargers");
  await page.getByRole("button", { name: "Add charger" }).waitFor();
  await page.goto("/charge-keys");
  await page.getByRole("button", { name: "Add charge key" }).first().waitFor();
  await page.goto("/settings");
  await page.getByLabel("Name").first().waitFor();
  assert.ok(await page.getByLabel("Name").first().isEnabled());
  assert.equal(await page.getByRole("button", { name: "New API key" }).count(), 0);
  assertCalm(page);
});

for (const role of ["support", "maintenance"]) {
  test(`${role} commands chargers but changes nothing`, async () => {
    const page = await as(role);
    await page.goto("/chargers");
    await page.getByRole("link", { name: "ROLE-1" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Add charger" }).count(), 0);
    // Support looks charge keys up; maintenance has no business with them.
    assert.equal(await page.getByRole("link", { name: "Charge keys" }).count(), role === "support" ? 1 : 0);
    await page.goto(`/chargers/${station.id}`);
    await page.getByRole("button", { name: "Actions" }).click();
    await page.getByRole("menuitem", { name: "Unlock connector" }).waitFor();
    assert.equal(await page.getByRole("menuitem", { name: "Raw call" }).count(), 0);
    assert.equal(await page.getByRole("button", { name: "Manage" }).count(), 0);
    assertCalm(page);
  });
}
