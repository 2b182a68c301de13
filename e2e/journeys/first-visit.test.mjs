// The first visit: the code from the log makes the administrator; then signing out and in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { assertCalm, openPage } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { until } from "../lib/server.mjs";
import { Charger } from "../lib/station.mjs";

const world = withServer({ admin: false });
const PASSWORD = "seven brown foxes";

test("the code from the log makes the first administrator, once", async () => {
  const { browser, server } = world;
  const page = await openPage(browser, server, { expected: ["403"] });
  await page.goto("/chargers");
  await page.getByRole("heading", { name: "First visit" }).waitFor();

  const [, code] = await until("the code in the log", () => server.log().match(/enter this code once: (\S+)/));
  const fill = async (codeText) => {
    await page.getByLabel("One-time code").fill(codeText);
    await page.getByLabel("Organisation").fill("Fjord Charging");
    await page.getByLabel("Your name").fill("Mia Holm");
    await page.getByLabel("E-mail").fill("mia@example.org");
    await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
    await page.getByRole("button", { name: "Set up and sign in" }).click();
  };
  await fill("not-the-code");
  await page.getByRole("alert").filter({ hasText: /not the code/i }).waitFor();
  await fill(code);

  // One lands where one wanted to go.
  await page.getByRole("heading", { level: 1, name: "Chargers" }).waitFor();
  await page.getByText("No chargers yet").waitFor();
  await page.getByText("Fjord Charging").first().waitFor();
  assertCalm(page);

  const again = await openPage(browser, server);
  await again.goto("/");
  await again.getByRole("heading", { name: "Sign in" }).waitFor();
  assert.equal(await again.getByLabel("One-time code").count(), 0);
});

test("signing out and in again; a wrong password is refused", async () => {
  const page = await openPage(world.browser, world.server, { expected: ["401"] });
  await page.goto("/");
  await page.getByLabel("E-mail").fill("mia@example.org");
  await page.getByRole("textbox", { name: "Password" }).fill("wrong password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").filter({ hasText: "e-mail or password is wrong" }).waitFor();

  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await page.getByRole("heading", { name: "Getting started" }).waitFor();

  await page.getByRole("button", { name: "Account of Mia Holm" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  assertCalm(page);
});

test("an empty form says what is needed, on its fields", async () => {
  const page = await openPage(world.browser, world.server);
  await page.goto("/");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Needed").first().waitFor();
  assert.equal(await page.getByLabel("E-mail").getAttribute("aria-invalid"), "true");
  assertCalm(page);
});

test("from an empty account to a live charger, by following the page alone", async () => {
  const page = await openPage(world.browser, world.server);
  await page.goto("/");
  await page.getByLabel("E-mail").fill("mia@example.org");
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  const steps = page.getByRole("region", { name: "Getting started" });
  await steps.getByRole("link", { name: "Add a site" }).click();
  const site = page.getByRole("dialog", { name: "Add site" });
  await site.getByLabel("Name").fill("Harbour");
  await site.getByRole("button", { name: "Add site" }).click();
  await page.getByRole("heading", { level: 1, name: "Harbour" }).waitFor();

  await page.goto("/");
  await steps.getByText("Add your first site (done)").waitFor();
  await steps.getByRole("link", { name: "Add a charger" }).click();
  const form = page.getByRole("dialog", { name: "Add charger" });
  await form.getByRole("combobox", { name: "Site" }).click();
  await page.getByRole("option", { name: "Harbour" }).click();
  await form.getByLabel("Identity").fill("FIRST-1");
  await form.getByRole("button", { name: "Add charger" }).click();
  const guide = page.getByRole("dialog", { name: "Connect FIRST-1" });
  const address = await guide.locator("code", { hasText: /\/ocpp\/FIRST-1$/ }).first().textContent();
  const password = await guide.locator("code").nth(3).textContent();
  const charger = await Charger.connect({ identity: "FIRST-1", connection_urls: [address] }, { password });
  await charger.boot();
  await charger.status(1, "Available");
  await guide.getByText(/Voltaro · Pillar 22/).waitFor();
  await guide.getByRole("button", { name: "Done" }).click();

  await page.goto("/");
  await steps.getByText("Connect it: enter the address in the charger (done)").waitFor();
  await page.goto("/charge-keys");
  await page.getByRole("button", { name: "Add charge key" }).first().click();
  const key = page.getByRole("dialog");
  await key.getByLabel("Key").fill("04A2B1C3");
  await key.getByRole("button", { name: "Add charge key" }).click();
  await page.getByText("04A2B1C3").first().waitFor();
  await page.goto("/chargers");
  await page.getByRole("link", { name: "FIRST-1" }).click();
  await page.getByRole("button", { name: "Start test session" }).click();
  const start = page.getByRole("dialog");
  await start.getByLabel("Charge key").fill("04A2B1C3");
  await start.getByRole("button", { name: "Send" }).click();
  await charger.received("RemoteStartTransaction");
  await start.getByRole("button", { name: "Close", exact: true }).last().click();
  await charger.start(1, "04A2B1C3", 0);
  await charger.status(1, "Charging");
  await page.getByText("Charging", { exact: true }).first().waitFor();

  // A network that runs needs no list of first steps.
  await page.goto("/");
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await steps.waitFor({ state: "detached" });
  charger.close();
  assertCalm(page);
});

/** Bytes over the wire of scripts, styles and texts; the typeface comes while one reads (48 kB). */
const FIRST_LOAD = 300_000;

test("a first load stays small, and each screen brings its own", async () => {
  const context = await world.browser.newContext({ baseURL: world.server.url });
  const page = await context.newPage();
  // A debug build serves files as they are: they are compressed here as a release holds them.
  const bodies = [];
  page.on("response", (response) => {
    if (/\/assets\/.*\.(js|css)$/.test(response.url())) bodies.push(response.body());
  });
  const loaded = async () => {
    await page.waitForLoadState("networkidle");
    const all = await Promise.all(bodies.splice(0));
    return all.reduce((sum, body) => sum + Math.min(body.length, brotliCompressSync(body).length), 0);
  };
  await page.goto("/");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  const first = await loaded();
  assert.ok(first < FIRST_LOAD, `the first screen took ${first} bytes`);
  await page.getByLabel("E-mail").fill("mia@example.org");
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  const then = await loaded();
  assert.ok(then < FIRST_LOAD, `the dashboard took ${then} bytes more`);
  console.log(`# first load ${first} bytes, the dashboard ${then} more`);
  await context.close();
});
