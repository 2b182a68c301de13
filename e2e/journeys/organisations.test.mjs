// A branch: made by an administrator, who switches between it and the parent; nobody and nothing else comes along.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, seriousFindings, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";

const world = withServer({}, async ({ api, server }) => {
  await api.station(await api.site("Harbour"), "PARENT-1");
  await server.run(["user", "add", "ole@example.org", "--name", "Ole", "--role", "operator"], {
    FORECOURT_PASSWORD: "ole ole ole ole",
  });
});

test("a branch is made, is empty, and the switch leads back and forth", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.getByRole("button", { name: /^Organisation: / }).click();
  await page.getByRole("menuitem", { name: "New organisation" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Nobody but you comes along").waitFor();
  await dialog.getByLabel("Name").fill("Branch Aarhus");
  await dialog.getByRole("button", { name: "Make it" }).click();
  await page.getByRole("button", { name: "Organisation: Branch Aarhus" }).waitFor();
  await page.goto("/chargers");
  await page.getByRole("heading", { level: 1, name: "Chargers" }).waitFor();
  await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
  assert.equal(await page.getByText("PARENT-1").count(), 0);
  await page.goto("/operators");
  await page.getByRole("cell", { name: "mia@example.org" }).first().waitFor();
  assert.equal(await page.getByText("ole@example.org").count(), 0, "the parent's people are not carried over");
  assert.deepEqual(await seriousFindings(page), []);
  await page.goto("/sites");
  await page.getByRole("heading", { level: 1, name: "Sites" }).waitFor();

  await page.getByRole("button", { name: "Organisation: Branch Aarhus" }).click();
  const parent = page.getByRole("menuitem").filter({ hasNotText: "Branch Aarhus" }).filter({ hasNotText: "New" });
  await parent.first().click();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await page.goto("/chargers");
  await page.getByRole("link", { name: "PARENT-1" }).waitFor();

  // It is remembered: the next sign-in is where one was last.
  await page.getByRole("button", { name: /^Organisation: / }).click();
  await page.getByRole("menuitem", { name: "Branch Aarhus" }).click();
  await page.getByRole("button", { name: "Organisation: Branch Aarhus" }).waitFor();
  const again = await openPage(world.browser, world.server);
  await signIn(again);
  await again.getByRole("button", { name: "Organisation: Branch Aarhus" }).waitFor();
  assertCalm(page);
});

test("whoever belongs to one organisation sees no switch and no other organisation", async () => {
  const page = await openPage(world.browser, world.server, { expected: ["404"] });
  await signIn(page, { email: "ole@example.org", password: "ole ole ole ole" });
  assert.equal(await page.getByRole("button", { name: /^Organisation: / }).count(), 0);
  const status = await page.evaluate(() =>
    fetch("/api/v1/session/organisation", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ organisation_id: "2" }),
    }).then((answer) => answer.status),
  );
  assert.equal(status, 404);
});
