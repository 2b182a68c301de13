// A charger from the form to its first test session, with everything that may go wrong on the way said in words.
import assert from "node:assert/strict";
import { test } from "node:test";
import WebSocket from "ws";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { Charger, knock } from "../lib/station.mjs";

const world = withServer({}, async (world) => {
  world.site = await world.api.site();
  await world.api.key("04A2B1C3");
});

/** One knock with headers of one's own; the status of the refusal. */
function knockWith(url, protocols, headers = {}) {
  return new Promise((done) => {
    const socket = new WebSocket(url, protocols, { headers });
    socket.once("unexpected-response", (_, response) => {
      done(response.statusCode);
      socket.terminate();
    });
    socket.once("error", () => done(0));
  });
}

test("the guide leads from the addresses to a session", async () => {
  const { browser, server, api } = world;
  const page = await openPage(browser, server);
  await signIn(page);
  await page.goto("/chargers?add=1");
  const form = page.getByRole("dialog", { name: "Add charger" });
  await form.getByRole("combobox", { name: "Site" }).click();
  await page.getByRole("option", { name: "Harbour" }).click();
  await form.getByLabel("Identity").fill("NEW-1");
  await form.getByRole("combobox", { name: "Plug 1" }).click();
  await page.getByRole("option", { name: "CCS 2" }).click();
  await form.getByLabel("At most").first().fill("150");
  await form.getByRole("button", { name: "Add plug" }).click();
  await form.getByRole("combobox", { name: "Plug 2" }).click();
  await page.getByRole("option", { name: "Type 2 cable" }).click();
  await form.getByLabel("At most").nth(1).fill("22");
  await form.getByRole("button", { name: "Add charger" }).click();

  const guide = page.getByRole("dialog", { name: "Connect NEW-1" });
  const address = await guide.locator("code", { hasText: /\/ocpp\/NEW-1$/ }).first().textContent();
  await guide.locator("code", { hasText: /\/ocpp\/\d+\/NEW-1$/ }).waitFor();
  await guide.getByRole("img", { name: `QR code of ${address}` }).waitFor();
  await guide.getByRole("button", { name: "Copy Address (not encrypted)", exact: true }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), address);
  const password = await guide
    .locator("code")
    .nth(3)
    .textContent();
  await guide.getByText("Waiting for NEW-1").waitFor();

  // Each refused handshake appears with what is wrong and how to mend it.
  assert.equal(await knock(server.url, "NEW-1", "not the password"), 401);
  await guide.getByText("Wrong password", { exact: true }).waitFor();
  await guide.getByText(/Enter the password again/).waitFor();
  assert.equal(await knockWith(address, ["ocpp1.5"]), 400);
  await guide.getByText("Speaks no OCPP that is known here").waitFor();
  assert.equal(await knockWith(address.replace("/ocpp/", "/ocpp/999/"), ["ocpp1.6"]), 401);
  await guide.getByText("Another organisation's number in the address").waitFor();
  assert.equal(await knock(server.url, "NEW-l", "whatever"), 401);
  await guide.getByText("Somebody else is knocking").waitFor();
  await guide.getByText("NEW-l", { exact: true }).first().waitFor();

  const charger = await Charger.connect({ identity: "NEW-1", connection_urls: [address] }, { password });
  await guide.getByText("Connected from").waitFor();
  await guide.getByText("Waiting for its first boot message.").waitFor();
  await charger.boot();
  await guide.getByText(/Voltaro · Pillar 22/).waitFor();
  await charger.status(1, "Available");
  await charger.status(2, "Available");
  await guide.getByText("2 plugs told.").waitFor();
  await guide.getByRole("button", { name: "Done" }).click();

  // The guide goes on, on the charger's own page, until it has charged.
  await page.getByRole("link", { name: "NEW-1" }).click();
  await page.getByRole("heading", { level: 1, name: "NEW-1" }).waitFor();
  await page.getByText("CCS 2").waitFor();
  await page.getByRole("button", { name: "Start test session" }).click();
  const start = page.getByRole("dialog");
  await start.getByLabel("Charge key").fill("04A2B1C3");
  await start.getByRole("button", { name: "Send" }).click();
  await charger.received("RemoteStartTransaction");
  await start.getByRole("button", { name: "Close", exact: true }).last().click();
  const transaction = await charger.start(1, "04A2B1C3", 0);
  // Once it has charged, the guide has done its work.
  await page.getByRole("heading", { name: "Put into service" }).waitFor({ state: "detached" });
  await charger.stop(transaction, 1_000, "04A2B1C3");

  const { items } = await api.get("/stations?q=NEW-1");
  assert.deepEqual(
    items[0].evses.map((each) => [each.max_power_w, each.current, each.connectors[0].kind]),
    [[150_000, "dc", "ccs2"], [22_000, "ac", "type2_cable"]],
  );
  charger.close();
  assertCalm(page);
});
