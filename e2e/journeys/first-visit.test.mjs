// The first visit: the code from the log makes the administrator; then signing out and in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { until } from "../lib/server.mjs";

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
