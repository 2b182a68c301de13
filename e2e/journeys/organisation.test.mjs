// Who the organisation is and how it looks: the wizard, the details, a login page of its own, packages, a second language.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, seriousFindings, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { until } from "../lib/server.mjs";

// One red pixel.
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);

const world = withServer();

async function open(path, options) {
  const page = await openPage(world.browser, world.server, options);
  await signIn(page);
  await page.goto(path);
  return page;
}

test("a new organisation is introduced step by step", async () => {
  const page = await open("/organisation");
  await page.getByRole("link", { name: "Getting started" }).click();
  await page.getByLabel("Trading name").fill("Fjord Charging ApS");
  await page.getByLabel("VAT number").fill("DK12345678");
  await page.getByLabel("Street and number").fill("Kajen 4");
  await page.getByLabel("City").fill("Odense");
  await page.getByLabel("Country").fill("dk");
  await page.getByRole("button", { name: "Save and continue" }).click();
  await page.getByText("Whom we write to.", { exact: false }).waitFor();
  const finance = page.getByRole("group", { name: "Finance" });
  await finance.getByLabel("E-mail").fill("books");
  await page.getByRole("button", { name: "Save and continue" }).click();
  await finance.getByText("an e-mail address").waitFor();
  await finance.getByLabel("E-mail").fill("books@fjord.example");
  await page.getByRole("button", { name: "Save and continue" }).click();
  await page.getByRole("group", { name: "Support for drivers" }).getByLabel("Telephone").fill("+45 12 34 56 78");
  await page.getByRole("button", { name: "Save and continue" }).click();
  await page.setInputFiles("input[type=file]", { name: "logo.png", mimeType: "image/png", buffer: PNG });
  await page.getByRole("img", { name: "Logo" }).waitFor();
  await page.getByRole("button", { name: "Save and complete" }).click();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();

  const profile = await world.api.get("/organisation/profile");
  assert.equal(profile.details.registered.country, "DK");
  assert.equal(profile.details.finance.email, "books@fjord.example");
  assert.equal(profile.has_logo, true);
  assert.deepEqual(page.troubles.filter((text) => !text.includes("422")), []);
});

test("a picture that is none is refused in words", async () => {
  const page = await open("/organisation?tab=branding", { expected: ["422"] });
  await page.setInputFiles("input[type=file]", {
    name: "logo.png",
    mimeType: "image/png",
    buffer: Buffer.from("<svg onload=alert(1)>"),
  });
  await page.getByText("a PNG, JPEG or WebP picture").waitFor();
  assertCalm(page);
});

test("the login page and the application carry the organisation's name and colour", async () => {
  const page = await open("/organisation?tab=branding");
  await page.getByLabel("Name of the application").fill("Fjord Console");
  await page.getByLabel("Accent colour").fill("#ffd400");
  await page.getByText(/Too bright for white text/).waitFor();
  await page.getByLabel("Address of the login page").fill("fjord");
  await page.getByLabel("Welcome on the login page").fill("Welcome to <b>Fjord</b>");
  await page.getByLabel("Help on the login page").fill("Call 12 34 56 78");
  await page.getByRole("button", { name: "Save" }).last().click();
  await page.getByText(`${world.server.url}/at/fjord`).waitFor();
  assert.deepEqual(await seriousFindings(page), []);

  const visitor = await openPage(world.browser, world.server);
  await visitor.goto("/at/fjord");
  await visitor.getByText("Fjord Console").waitFor();
  await visitor.getByText("Welcome to <b>Fjord</b>").waitFor();
  await visitor.getByText("Call 12 34 56 78").waitFor();
  assert.match(await visitor.title(), /Fjord Console/);
  assert.deepEqual(await seriousFindings(visitor), []);
  assertCalm(page);
  assertCalm(visitor);
});

test("a package that is off is not offered and is refused", async () => {
  const page = await open("/organisation?tab=packages");
  await page.getByRole("switch", { name: "White label" }).click({ force: true });
  await until("the package is off", async () => {
    const { packages } = await world.api.get("/organisation/profile");
    return !packages.includes("white_label");
  });
  await page.goto("/organisation?tab=branding");
  await page.getByText("The package white label is off.", { exact: false }).waitFor();
  assert.equal(await page.getByLabel("Name of the application").isDisabled(), true);
  const visitor = await openPage(world.browser, world.server);
  await visitor.goto("/at/fjord");
  await visitor.getByText("Forecourt", { exact: true }).waitFor();
  await assert.rejects(world.api.patch("/organisation/profile", { slug: "other" }), /409/);
  assertCalm(page);
});

test("the handbook opens at the page one is on, is searched, and leads back", async () => {
  const page = await open("/alerts");
  await page.getByRole("link", { name: "Help for this page" }).click();
  await page.waitForURL(/handbook\/alerts/);
  await page.getByRole("heading", { level: 2, name: "Alerts" }).waitFor();
  await page.getByRole("searchbox", { name: "Search the handbook" }).fill("QR code");
  await page.getByRole("navigation", { name: "Contents" }).getByRole("link", { name: "Add a charger" }).click();
  await page.getByText("The guide shows each attempt to connect", { exact: false }).waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  await page.getByRole("link", { name: "Open this screen" }).click();
  await page.getByRole("heading", { level: 1, name: "Chargers" }).waitFor();
  assertCalm(page);
});

test("everything speaks German and Danish", async () => {
  const page = await open("/faults");
  await page.getByRole("button", { name: /Account of/ }).click();
  await page.getByRole("combobox", { name: "Language" }).click();
  await page.getByRole("option", { name: "Deutsch" }).click();
  await page.getByRole("heading", { level: 1, name: "Störungen" }).waitFor();
  assert.equal(await page.getAttribute("html", "lang"), "de");
  await page.goto("/alerts");
  await page.getByRole("heading", { level: 1, name: "Alarme" }).waitFor();
  await page.getByRole("button", { name: /Konto von/ }).click();
  await page.getByRole("combobox", { name: "Sprache" }).click();
  await page.getByRole("option", { name: "Dansk" }).click();
  await page.getByRole("heading", { level: 1, name: "Alarmer" }).waitFor();
  assertCalm(page);
});
