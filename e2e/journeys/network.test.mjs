// From nothing to a charging car: site, charger, connection, session, all seen live without reloading.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { Charger } from "../lib/station.mjs";

const world = withServer();

test("a site and a charger are made, and the charger comes online", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);

  await page.getByRole("link", { name: "Add a site" }).click();
  const siteForm = page.getByRole("dialog", { name: "Add site" });
  await siteForm.getByLabel("Name").fill("Harbour");
  await siteForm.getByLabel("City").fill("Odense");
  await siteForm.getByRole("button", { name: "Add site" }).click();
  await page.getByRole("heading", { level: 1, name: "Harbour" }).waitFor();

  await page.getByRole("button", { name: "Add charger" }).click();
  const form = page.getByRole("dialog", { name: "Add charger" });
  await form.getByLabel("Identity").fill("ODE-1");
  await form.getByRole("button", { name: "Add charger" }).click();
  const details = page.getByRole("dialog", { name: "Connect ODE-1" });
  await details.getByText("shown only now").waitFor();
  const codes = await details.locator("code").allTextContents();
  const address = codes.find((text) => text.startsWith("ws"));
  const password = codes.at(-1);
  assert.ok(address.endsWith("/ODE-1"), address);
  assert.ok(password.length >= 16, "a password worth the name");
  await details.getByRole("button", { name: "Copy Password" }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), password);
  await details.getByRole("button", { name: "Done" }).click();

  await page.getByRole("link", { name: "ODE-1" }).click();
  await page.getByRole("heading", { level: 1, name: "ODE-1" }).waitFor();
  await page.getByText("Never connected").first().waitFor();

  const charger = await Charger.connect({ identity: "ODE-1", connection_urls: [address] }, { password });
  await charger.boot();
  await page.getByText("Online", { exact: true }).first().waitFor();
  await page.getByText("Pillar 22").first().waitFor();
  await charger.status(1, "Available");
  await page.locator("[data-status=Available]").first().waitFor();

  charger.close();
  await page.getByText("Offline", { exact: true }).first().waitFor();
  // The last known status stays, marked as such.
  await page.locator("[data-status=Offline]").first().waitFor();
  assertCalm(page);
});

test("the identity that exists is refused on its field", async () => {
  const page = await openPage(world.browser, world.server, { expected: ["409", "422"] });
  await signIn(page);
  await page.goto("/chargers?add=1");
  const form = page.getByRole("dialog", { name: "Add charger" });
  await form.getByRole("combobox", { name: "Site" }).click();
  await page.getByRole("option", { name: "Harbour" }).click();
  await form.getByLabel("Identity").fill("ODE-1");
  await form.getByRole("button", { name: "Add charger" }).click();
  await form.getByText(/ODE-1 exists already/).waitFor();
  assertCalm(page);
});

test("no password has to be chosen, and stays marked", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto("/chargers?add=1");
  const form = page.getByRole("dialog", { name: "Add charger" });
  await form.getByRole("combobox", { name: "Site" }).click();
  await page.getByRole("option", { name: "Harbour" }).click();
  await form.getByLabel("Identity").fill("OPEN-1");
  assert.ok(await form.getByLabel("Password (profile 1)").isChecked(), "a password is the default");
  await form.getByLabel("No password").check();
  await form.getByText("anyone who guesses the identity").waitFor();
  await form.getByRole("button", { name: "Add charger" }).click();
  await page.getByRole("dialog", { name: "Connect OPEN-1" }).getByRole("button", { name: "Done" }).click();
  const row = page.getByRole("row", { name: /OPEN-1/ });
  await row.getByText("No password").waitFor();
  await row.getByRole("link", { name: "OPEN-1" }).click();
  await page.getByRole("heading", { level: 1, name: "OPEN-1" }).waitFor();
  await page.getByText("No password").first().waitFor();
  assertCalm(page);
});

test("a session appears live, its energy rises, and it ends", async () => {
  const { api, browser, server } = world;
  const site = await api.site("Quay");
  await api.key("04A2B1C3", { alias: "Fleet van 12" });
  const station = await api.station(site, "QUAY-1");
  const charger = await Charger.connect(station);
  await charger.boot();
  await charger.status(1, "Available");

  const page = await openPage(browser, server);
  await signIn(page);
  const now = page.getByTestId("now");
  await now.getByText("0 charging now").waitFor();

  await charger.status(1, "Preparing");
  const transaction = await charger.start(1, "04A2B1C3", 10_000);
  await charger.status(1, "Charging");
  await now.getByText("1 charging now").waitFor();

  await page.getByRole("link", { name: "Sessions", exact: true }).click();
  const row = page.getByRole("row", { name: /QUAY-1/ });
  await row.getByText("Fleet van 12").waitFor();
  await row.getByText("Active").waitFor();
  await row.getByRole("link").first().click();
  await page.getByRole("heading", { level: 1, name: /QUAY-1/ }).waitFor();

  await charger.meter(1, transaction, 11_500, 7_360);
  await page.getByText("1.500").first().waitFor();
  await page.getByText("7.4").first().waitFor();
  await charger.meter(1, transaction, 13_250, 7_200);
  await page.getByText("3.250").first().waitFor();
  await page.getByRole("img", { name: /Power and energy over the session/ }).waitFor();

  await charger.stop(transaction, 13_300, "04A2B1C3");
  await page.getByText("Ended", { exact: true }).first().waitFor();
  await page.getByText("3.300").first().waitFor();
  await page.getByText("Local").first().waitFor();

  await page.getByRole("button", { name: /Show \d+ readings/ }).click();
  await page.getByRole("table", { name: "Readings" }).getByText("13.250").waitFor();
  charger.close();
  assertCalm(page);
});
