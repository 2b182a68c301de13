// What is wrong with chargers, the tickets about it, and who is told: as the support desk uses it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { assertCalm, openPage, seriousFindings, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { listen, signatureOf } from "../lib/listener.mjs";
import { until } from "../lib/server.mjs";
import { Charger } from "../lib/station.mjs";

let station;
let charger;
let listener;
const world = withServer({ env: { FORECOURT_OUTSIDE_HOSTS: "127.0.0.1" } }, async ({ api }) => {
  const site = await api.site();
  station = await api.station(site, "DIAG-1");
  charger = await Charger.connect(station);
  await charger.boot();
  await charger.status(1, "Available");
  listener = await listen();
});
after(() => listener?.stop());

async function open(path, options) {
  const page = await openPage(world.browser, world.server, options);
  await signIn(page);
  await page.goto(path);
  return page;
}

const broken = () =>
  charger.status(1, "Faulted", { errorCode: "OtherError", vendorErrorCode: "CX014", info: "pilot <b>9 V</b>" });

test("a fault is explained, counted, solved by a person, and opened anew", async () => {
  const page = await open("/faults");
  await page.getByText("Nothing is wrong").waitFor();
  await broken();
  await broken();
  const row = page.getByRole("row").filter({ hasText: "Pilot signal wrong" });
  await row.getByText("Critical").waitFor();
  await row.getByRole("link", { name: "DIAG-1" }).waitFor();
  // The kinds above the list lead to their faults.
  await page.getByRole("button", { name: /Pilot signal wrong.*1 open.*at 1 charger/s }).click();
  await page.getByText("CX014", { exact: true }).first().waitFor();
  await row.getByText("Vehicle").click();
  await page.getByText("Try another vehicle and another cable to see which side it is.").waitFor();
  // What the charger said is text and nothing else.
  await page.getByText("pilot <b>9 V</b>").first().waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  await row.getByRole("button", { name: "Solve" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("What was done").fill("Cable changed");
  await dialog.getByRole("button", { name: "Solve" }).click();
  await page.getByText("No fault fits").waitFor();
  await page.goto("/faults?status=solved");
  await page.getByText(/Solved by/).waitFor();
  await broken();
  await page.goto("/faults");
  await page.getByRole("row").filter({ hasText: "Pilot signal wrong" }).waitFor();
  assertCalm(page);
});

test("the charger's own recovery ends a fault without a click", async () => {
  const page = await open("/faults");
  await page.getByRole("row").filter({ hasText: "Pilot signal wrong" }).waitFor();
  await charger.status(1, "Available");
  await page.getByText("Nothing is wrong").waitFor();
  await page.goto("/faults?status=solved");
  await page.getByText(/Recovered by itself/).first().waitFor();
  assertCalm(page);
});

test("an issue is opened from a fault, given to somebody, discussed and closed", async () => {
  await broken();
  const page = await open("/faults");
  await page.getByRole("checkbox", { name: /Select Pilot signal wrong DIAG-1/ }).check();
  await page.getByRole("link", { name: "Report an issue" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/Linked to the fault of DIAG-1/).waitFor();
  assert.equal(await dialog.getByLabel("What is to be done").inputValue(), "Pilot signal wrong at DIAG-1");
  await dialog.getByRole("button", { name: "Open an issue" }).click();
  await page.getByRole("heading", { name: "Pilot signal wrong at DIAG-1" }).waitFor();
  await page.getByRole("combobox", { name: "Given to" }).click();
  await page.getByRole("option").first().click();
  await page.getByText(/given to/).waitFor();
  await page.getByLabel("Say something").fill("New cable ordered\nTuesday");
  await page.getByRole("button", { name: "Add comment" }).click();
  await page.getByText("New cable ordered").waitFor();
  // What shows the matter is attached: a download, whatever is in it.
  const photo = { name: "plug <b>.txt", mimeType: "text/plain", buffer: Buffer.from("burnt contact") };
  await page.setInputFiles("input[type=file]", photo);
  const attached = page.getByRole("link", { name: "plug <b>.txt" });
  const [saved] = await Promise.all([page.waitForEvent("download"), attached.click()]);
  assert.equal(readFileSync(await saved.path(), "utf8"), "burnt contact");
  assert.deepEqual(await seriousFindings(page), []);
  await page.getByRole("combobox", { name: "State" }).click();
  await page.getByRole("option", { name: "Done" }).click();
  await page.getByText(/is now: Done/).waitFor();
  await page.goto("/issues");
  await page.getByText("Nothing to look after").waitFor();
  await page.goto("/issues?state=done");
  await page.getByRole("link", { name: "Pilot signal wrong at DIAG-1" }).waitFor();
  // The list as a file, with what the filters leave.
  const file = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: "CSV" }).click();
  assert.match((await file).suggestedFilename(), /^issues.*\.csv$/);
  assertCalm(page);
});

test("a view of a list is saved, comes back and goes", async () => {
  const page = await open("/issues?state=done");
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "Opened by" }).check();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "Save this view" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Finished");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await page.goto("/issues");
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "Finished" }).click();
  await page.waitForURL(/state=done/);
  await page.getByRole("columnheader", { name: "Opened by" }).waitFor();
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "Manage views" }).click();
  await page.getByRole("button", { name: "Remove view Finished" }).click();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByRole("button", { name: "Remove view Finished" }).waitFor({ state: "detached" });
  assertCalm(page);
});

test("a rule tells, a webhook is signed, and both can be seen afterwards", async () => {
  // What was open is over before anybody is told of anything.
  await charger.status(1, "Available");
  const page = await open("/api-keys", { expected: ["422"] });
  await page.getByRole("button", { name: "Add a webhook" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Books");
  await dialog.getByLabel("Address").fill("https://10.0.0.8/in");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText(/the address is of a private network/).waitFor();
  await dialog.getByLabel("Address").fill(listener.url);
  await dialog.getByRole("button", { name: "Save" }).click();
  const secret = await page.getByRole("dialog").locator("code").innerText();
  await page.getByRole("button", { name: "I have kept it" }).click();
  await page.getByRole("button", { name: "More for Books" }).click();
  await page.getByRole("menuitem", { name: "Send a trial" }).click();
  await page.getByText("It arrived.").waitFor();
  await page.keyboard.press("Escape");

  await page.goto("/alerts");
  await page.getByRole("button", { name: "Add a rule" }).first().click();
  const rule = page.getByRole("dialog");
  await rule.getByLabel("Name").fill("Night shift");
  await rule.getByLabel("Further addresses").fill("night@example.com");
  await page.keyboard.press("Enter");
  await rule.getByRole("button", { name: "Save" }).click();
  await page.getByRole("cell", { name: "Night shift", exact: true }).waitFor();
  await charger.status(1, "Faulted", { errorCode: "GroundFailure" });
  const told = await until("the webhook to be told", () =>
    listener.requests.find((each) => each.body.includes("GroundFailure")),
  );
  assert.equal(told.headers["webhook-signature"], signatureOf(secret, told));
  await until("the alert to be kept", async () => (await world.api.get("/alerts")).items.length > 0);
  await page.reload();
  await page.getByText(/DIAG-1: fault: GroundFailure/).waitFor();
  await page.getByText("night@example.com").first().waitFor();
  // One may end one's own part in it.
  await page.getByRole("switch", { name: "Tell me of Night shift" }).click({ force: true });
  assert.deepEqual(await seriousFindings(page), []);

  await page.goto("/api-keys");
  await page.getByRole("button", { name: "Deliveries" }).click();
  await page.getByRole("dialog").getByText("A fault begins").first().waitFor();
  assertCalm(page);
});
