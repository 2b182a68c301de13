// Who did what: found by person, thing and time, with what was before and after.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assertCalm, openPage, seriousFindings, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { Charger } from "../lib/station.mjs";

let site;
let charger;
const world = withServer({}, async ({ api, server }) => {
  site = await api.site("Harbour");
  charger = await Charger.connect(await api.station(site, "AUDIT-1"));
  await charger.boot();
  await server.run(["user", "add", "ole@example.org", "--name", "Ole", "--role", "operator"], {
    FORECOURT_PASSWORD: "ole ole ole ole",
  });
});

test("a change, a command and a program's work are found with before and after", async () => {
  const ole = await openPage(world.browser, world.server);
  await signIn(ole, { email: "ole@example.org", password: "ole ole ole ole" });
  assert.equal(await ole.getByRole("link", { name: "Audit log" }).count(), 0);
  const done = await ole.evaluate(async (id) => {
    const send = (method, path, body) =>
      fetch(`/api/v1${path}`, {
        method,
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }).then((answer) => answer.status);
    return [
      await send("PATCH", `/sites/${id}`, { name: "<b>South</b> harbour" }),
      await send("POST", "/id-tokens", { uid: "AUDITKEY", kind: "rfid" }),
    ];
  }, site.id);
  assert.deepEqual(done, [200, 201]);

  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.getByRole("link", { name: "Audit log" }).click();
  await page.getByRole("combobox", { name: "Person or program" }).click();
  await page.getByRole("option", { name: "Ole" }).click();
  await page.getByRole("cell", { name: "Charge key added" }).waitFor();
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 2);
  await page.getByRole("cell", { name: "Site changed" }).click();
  await page.getByRole("cell", { name: "Harbour", exact: true }).waitFor();
  await page.getByRole("cell", { name: "<b>South</b> harbour", exact: true }).last().waitFor();
  assert.equal(await page.locator("tbody b").count(), 0, "text, never markup");
  assert.deepEqual(await seriousFindings(page), []);

  await page.goto("/audit?kind=site");
  await page.getByRole("cell", { name: "Site added" }).waitFor();
  // What the filters leave, as a file.
  const wait = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: /CSV/ }).click();
  const file = readFileSync(await (await wait).path(), "utf8");
  assert.match(file, /site\.edited/);
  assert.match(file, /Ole/);
  assert.doesNotMatch(file, /AUDITKEY/);
  await page.getByRole("cell", { name: "API key e2e" }).first().waitFor();
  assert.equal(await page.getByRole("cell", { name: "Charge key added" }).count(), 0);
  await page.goto("/audit?from=2020-01-01&until=2020-01-02");
  await page.getByText("Nothing was done").waitFor();
  assertCalm(page);
});
