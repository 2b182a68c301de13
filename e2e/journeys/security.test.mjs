// Security of the network and of one charger: who signs, steps of an upgrade, a new password, events, logs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { Charger } from "../lib/station.mjs";

let station;
let charger;
const world = withServer({}, async ({ api }) => {
  const site = await api.site();
  station = await api.station(site, "SEC-1");
  charger = await Charger.connect(station);
  await charger.boot();
  await charger.call("SecurityEventNotification", {
    type: "TamperDetectionActivated",
    timestamp: new Date().toISOString(),
    techInfo: "lid <b>open</b>",
  });
});

async function open(path) {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.goto(path);
  return page;
}

test("the organisation's authority is made, and its certificate is listed", async () => {
  const page = await open("/security");
  await page.getByText("Made when the first charger asks.").waitFor();
  await page.getByRole("button", { name: "Make it now" }).click();
  const row = page.getByRole("row", { name: /Authority of this organisation/ });
  await row.getByText(/\d+ days left/).waitFor();
  await row.getByRole("button", { name: "Copy the certificate" }).click();
  const pem = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(pem, /^-----BEGIN CERTIFICATE-----/);

  const events = page.getByRole("table").last();
  await events.getByText("TamperDetectionActivated").waitFor();
  await events.getByText("lid <b>open</b>").waitFor();
  await events.getByText("Critical", { exact: true }).or(events.getByText("High", { exact: true })).first().waitFor();
  await events.getByRole("link", { name: "SEC-1" }).click();
  await page.getByRole("heading", { level: 1, name: "SEC-1" }).waitFor();
  assert.match(page.url(), /tab=security/);
  assertCalm(page);
});

test("an upgrade says what is missing before anything is sent", async () => {
  const page = await open(`/chargers/${station.id}?tab=security`);
  const before = charger.calls.length;
  await page.getByRole("button", { name: "Raise security" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Start", exact: true }).click();
  await page.getByText("Something must be set up first").first().waitFor();
  await page.getByText("This server takes TLS connections").waitFor();
  assert.equal(charger.calls.length, before);
  await page.getByRole("button", { name: "Give up" }).click();
  await page.getByText("This server takes TLS connections").waitFor({ state: "detached" });
  assertCalm(page);
});

test("a new password reaches the charger and is shown once", async () => {
  const page = await open(`/chargers/${station.id}?tab=security`);
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Change password" }).click();
  const { payload } = await charger.received("ChangeConfiguration");
  assert.equal(payload.key, "AuthorizationKey");
  await page.getByText("The password is shown only now.").waitFor();
  const shown = await page.getByRole("dialog").locator("code").innerText();
  assert.ok(shown.length >= 16);
  assert.equal(Buffer.from(payload.value, "hex").toString(), shown);
  await page.keyboard.press("Escape");
  await page.getByText("Taken, not yet used").waitFor();
  assertCalm(page);
});

test("a log is asked for, received and downloaded", async () => {
  let put;
  charger.answers.GetDiagnostics = (asked) => {
    put = asked.location;
    return { fileName: "diagnostics.log" };
  };
  const page = await open(`/chargers/${station.id}?tab=security`);
  await page.getByRole("button", { name: "Ask for a log" }).click();
  await page.getByRole("menuitem", { name: "Diagnostics" }).click();
  const row = page.getByRole("row", { name: /Diagnostics/ });
  await row.getByText("Asked", { exact: true }).waitFor();
  assert.match(put, /^http/);
  const sent = await fetch(put.endsWith("/") ? `${put}diagnostics.log` : put, { method: "PUT", body: "line one\n" });
  assert.ok(sent.ok, `the log was taken (${sent.status})`);
  await page.reload();
  await row.getByText("Received", { exact: true }).waitFor();
  const coming = page.waitForEvent("download");
  await row.getByRole("link", { name: "Download" }).click();
  const { readFileSync } = await import("node:fs");
  assert.equal(readFileSync(await (await coming).path(), "utf8"), "line one\n");
  assertCalm(page);
});
