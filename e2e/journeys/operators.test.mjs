// Inviting people, giving rights one by one, and what the rights then do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, seriousFindings, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { linkOf } from "../lib/mail.mjs";
import { until } from "../lib/server.mjs";

const world = withServer({ mail: true }, async ({ api }) => {
  const harbour = await api.site("Harbour");
  const station = await api.site("Station square");
  await api.station(harbour, "HARBOUR-1");
  await api.station(station, "SQUARE-1");
});

const OWN = { email: "bo.private@example.net", password: "a private sentence" };

test("a person is invited to one site, joins under another address, and sees that site only", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.getByRole("link", { name: "Operators and rights" }).click();
  await page.getByRole("button", { name: "Invite a person" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("E-mail").fill("bo@example.org");
  await dialog.getByLabel("Name").fill("Bo <b>Larsen</b>");
  await dialog.getByRole("combobox", { name: "Role" }).click();
  await page.getByRole("option", { name: "Operator", exact: true }).click();
  await dialog.getByRole("switch", { name: "Rights of their own" }).check();
  await dialog.getByLabel("Send any OCPP call").uncheck();
  await dialog.getByLabel("See charge keys").uncheck();
  assert.ok(!(await dialog.getByLabel("Make, change and delete charge keys").isChecked()), "goes with what it needs");
  await dialog.getByLabel("Only these sites").check();
  await dialog.getByRole("combobox", { name: "Sites" }).click();
  await page.getByRole("option", { name: "Harbour" }).click();
  await dialog.getByRole("button", { name: "Send the invitation" }).click();
  await page.getByRole("cell", { name: "bo@example.org", exact: true }).waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  assertCalm(page);

  const letter = await world.mail.letter("bo@example.org");
  const guest = await openPage(world.browser, world.server);
  await guest.goto(linkOf(letter));
  await guest.getByRole("heading", { name: "You are invited" }).waitFor();
  assert.equal(await guest.getByLabel("E-mail").inputValue(), "bo@example.org");
  assert.deepEqual(await seriousFindings(guest), []);
  await guest.getByLabel("E-mail").fill(OWN.email);
  await guest.getByRole("textbox", { name: "Password" }).fill(OWN.password);
  await guest.getByRole("button", { name: "Join" }).click();
  await guest.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await guest.goto("/sites");
  await guest.getByRole("link", { name: "Harbour" }).first().waitFor();
  assert.equal(await guest.getByRole("link", { name: "Station square" }).count(), 0);
  assert.equal(await guest.getByRole("link", { name: "Charge keys" }).count(), 0);
  await guest.goto("/chargers");
  await guest.getByRole("link", { name: "HARBOUR-1" }).waitFor();
  assert.equal(await guest.getByText("SQUARE-1").count(), 0);

  const again = await openPage(world.browser, world.server, { expected: ["404"] });
  await again.goto(linkOf(letter));
  await again.getByText("This link no longer works").waitFor();
});

test("rights are changed, and a person is removed and signed out at once", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  const guest = await openPage(world.browser, world.server, { expected: ["401"] });
  await signIn(guest, OWN);

  await page.goto("/operators");
  await page.getByRole("button", { name: "Actions for Bo" }).click();
  await page.getByRole("menuitem", { name: "Change rights" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Role" }).click();
  await page.getByRole("option", { name: "Support" }).click();
  await dialog.getByLabel("Every site").check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("row", { name: /Bo/ }).getByText("Support").waitFor();

  await guest.goto("/chargers");
  await guest.getByRole("link", { name: "SQUARE-1" }).waitFor();
  assert.equal(await guest.getByRole("button", { name: "Add charger" }).count(), 0);

  await page.getByRole("button", { name: "Actions for Bo" }).click();
  await page.getByRole("menuitem", { name: "Remove from the organisation" }).click();
  await page.getByRole("dialog").getByText("is signed out").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Remove from the organisation" }).click();
  await page.getByRole("row", { name: /Bo/ }).waitFor({ state: "detached" });
  await guest.goto("/chargers");
  await guest.getByRole("heading", { name: "Sign in" }).waitFor();
  assertCalm(page);
});

test("the last administrator stays, and a letter that bounces is shown", async () => {
  const page = await openPage(world.browser, world.server, { expected: ["409"] });
  await signIn(page);
  await page.goto("/operators");
  await page.getByRole("button", { name: "Actions for mia" }).click();
  await page.getByRole("menuitem", { name: "Remove from the organisation" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove from the organisation" }).click();
  await page.getByText("this is the last administrator").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("button", { name: "Invite a person" }).click();
  await page.getByRole("dialog").getByLabel("E-mail").fill("nobody@example.org");
  await page.getByRole("dialog").getByRole("button", { name: "Send the invitation" }).click();
  await page.getByRole("cell", { name: "nobody@example.org", exact: true }).waitFor();
  await page.goto("/audit?tab=letters&failed=1");
  await until("the letter to be given up", async () => {
    await page.reload();
    await page.getByRole("tab", { name: "Letters" }).waitFor();
    await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
    return page.getByText("no such person").first().isVisible();
  });
  await page.goto("/operators");
  await page.getByRole("button", { name: "Withdraw: nobody@example.org" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
  await page.getByRole("cell", { name: "nobody@example.org", exact: true }).waitFor({ state: "detached" });
  assertCalm(page);
});
