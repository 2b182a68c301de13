// What surrounds the pages: the palette, the colour scheme, the phone, a lost server, settings and API keys.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, PHONE, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { ADMIN } from "../lib/server.mjs";
import { openScreen, screens } from "../lib/screens.mjs";
import { Charger } from "../lib/station.mjs";

let ids;
const world = withServer({}, async ({ api }) => {
  const site = await api.site("Harbour");
  const station = await api.station(site, "SHELL-1", { name: "By the crane" });
  const charger = await Charger.connect(station);
  await charger.boot();
  await charger.status(1, "Available");
  const transaction = await charger.start(1, "04A2", 0);
  await charger.stop(transaction, 900, "04A2");
  const { items } = await api.get("/sessions");
  ids = { site: site.id, station: station.id, session: items[0].id };
});

test("Ctrl K finds a charger by part of its name", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.keyboard.press("Control+k");
  await page.getByPlaceholder("Charger, site or page").fill("shell");
  await page.getByText("SHELL-1 · By the crane").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: /SHELL-1/ }).waitFor();
  assertCalm(page);
});

test("filters are chips in the address, and can be taken away", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto("/chargers?status=Charging&online=true");
  await page.getByText("No charger matches").waitFor();
  await page.getByRole("button", { name: "Remove filter Charging" }).click();
  await page.getByRole("link", { name: "SHELL-1" }).waitFor();
  assert.ok(!page.url().includes("status="));
  await page.getByRole("searchbox").fill("nothing like it");
  await page.getByText("No charger matches").waitFor();
  assertCalm(page);
});

test("the colour scheme is chosen and kept", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  const scheme = () => page.evaluate(() => document.documentElement.dataset.mantineColorScheme);
  assert.equal(await scheme(), "light");
  await page.getByRole("button", { name: /Account of/ }).click();
  await page.getByRole("radiogroup", { name: "Colour scheme" }).getByText("Dark").click();
  assert.equal(await scheme(), "dark");
  await page.reload();
  assert.equal(await scheme(), "dark");
  assertCalm(page);
});

test("nothing is wider than a phone, and the bar below leads everywhere", async () => {
  const page = await openPage(world.browser, world.server, { viewport: PHONE });
  await signIn(page);
  for (const [name, path] of screens(ids)) {
    await openScreen(page, path);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wider <= 0, `${name} is ${wider} px wider than the screen`);
  }
  await page.goto("/");
  const bar = page.getByRole("contentinfo").getByRole("navigation", { name: "Sections" });
  await bar.getByRole("link", { name: "Sessions" }).click();
  await page.getByRole("heading", { level: 1, name: "Sessions" }).waitFor();
  await bar.getByRole("button", { name: "More" }).click();
  await page.getByRole("dialog").getByRole("link", { name: "Charge keys" }).click();
  await page.getByRole("heading", { level: 1, name: "Charge keys" }).waitFor();
  assertCalm(page);
});

test("an API key is shown once, works, and is revoked", async () => {
  const { browser, server } = world;
  const page = await openPage(browser, server);
  await signIn(page);
  await page.goto("/api-keys");
  await page.getByRole("button", { name: "New API key" }).click();
  const form = page.getByRole("dialog", { name: "New API key" });
  await form.getByLabel("Name").fill("Billing export");
  await form.getByRole("button", { name: "New API key" }).click();
  const shown = page.getByRole("dialog", { name: "Your new API key" });
  await shown.getByText("shown only now").waitFor();
  const [key] = await shown.locator("code").allTextContents();
  const ask = async () =>
    (await fetch(`${server.url}/api/v1/overview`, { headers: { authorization: `Bearer ${key}` } })).status;
  assert.equal(await ask(), 200);
  await shown.getByRole("button", { name: "Done" }).click();
  const row = page.getByRole("row", { name: /Billing export/ });
  await row.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog", { name: "Revoke" }).getByRole("button", { name: "Revoke" }).click();
  await row.getByText("Revoked").waitFor();
  assert.equal(await ask(), 401);
  assertCalm(page);
});

test("the organisation's name changes everywhere at once", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto("/settings");
  await page.getByLabel("Name").first().fill("Fjord Charging");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("banner").getByText("Fjord Charging").waitFor();
  assertCalm(page);
});

test("the API reference is readable", async () => {
  const page = await openPage(world.browser, world.server);
  await page.goto("/api/docs");
  await page.getByRole("heading", { level: 1, name: "Forecourt" }).waitFor();
  await page.getByLabel("Find an operation").fill("sessions/{id}/close");
  await page.getByRole("article").filter({ hasText: "/api/v1/sessions/{id}/close" }).waitFor();
  assert.equal(await page.getByRole("article").count(), 1);
  assertCalm(page);
});

test("an address that does not exist says so", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto("/nowhere");
  await page.getByText("There is no such page").waitFor();
  await page.getByRole("link", { name: "To the overview" }).click();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  assertCalm(page);
});

test("a login that has ended leads to signing in, and back to the same page", async () => {
  const page = await openPage(world.browser, world.server, { expected: ["401"] });
  await signIn(page);
  await page.goto("/sites");
  await page.getByRole("heading", { level: 1, name: "Sites" }).waitFor();
  await page.context().clearCookies();
  // Whatever the page asks next says so; a reload asks in any case.
  await page.reload();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.getByLabel("E-mail").fill(ADMIN.email);
  await page.getByRole("textbox", { name: "Password" }).fill(ADMIN.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Sites" }).waitFor();
  assertCalm(page);
});
