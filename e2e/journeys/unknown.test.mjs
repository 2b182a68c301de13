// A charger that nobody set up knocks, is seen at once, and is taken in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { Charger, knock } from "../lib/station.mjs";

const world = withServer();

test("an unknown charger is taken in and then connects with its password", async () => {
  const { api, browser, server } = world;
  await api.site("Harbour");
  const page = await openPage(browser, server);
  await signIn(page);
  await page.goto("/chargers/unknown");
  await page.getByText("Nobody is waiting").waitFor();

  assert.notEqual(await knock(server.url, "NEW-7", "guess"), 101);
  const row = page.getByRole("row", { name: /NEW-7/ });
  await row.getByText("Not set up here").waitFor();
  await row.getByText("ocpp1.6").waitFor();
  await row.getByRole("button", { name: "Take in" }).click();
  const form = page.getByRole("dialog", { name: "Take in NEW-7" });
  await form.getByRole("combobox", { name: "Site" }).click();
  await page.getByRole("option", { name: "Harbour" }).click();
  await form.getByLabel("Name").fill("By the crane");
  await form.getByRole("button", { name: "Take in" }).click();
  const details = page.getByRole("dialog", { name: "Connect NEW-7" });
  await details.getByText("shown only now").waitFor();
  const codes = await details.locator("code").allTextContents();
  const address = codes.find((text) => text.startsWith("ws"));
  await details.getByRole("button", { name: "Done" }).click();
  await page.getByText("Nobody is waiting").waitFor();

  await page.getByRole("link", { name: "Chargers", exact: true }).first().click();
  await page.getByRole("row", { name: /NEW-7/ }).getByText("By the crane").waitFor();
  const charger = await Charger.connect(
    { identity: "NEW-7", connection_urls: [address] },
    { password: codes.at(-1) },
  );
  await charger.boot();
  await page.getByRole("row", { name: /NEW-7/ }).getByText("Online").waitFor();
  charger.close();
  assertCalm(page);
});

test("one that is dismissed is gone until it knocks again", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto("/chargers/unknown");
  await knock(world.server.url, "STRAY-1");
  const row = page.getByRole("row", { name: /STRAY-1/ });
  await row.getByRole("button", { name: "Dismiss" }).click();
  await row.waitFor({ state: "detached" });
  await knock(world.server.url, "STRAY-1");
  await row.waitFor();
  assertCalm(page);
});
