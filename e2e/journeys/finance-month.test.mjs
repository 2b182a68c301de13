// The finance clerk's month, once through: charging at a real socket, receipts, invoices, the money that came, a payout to
// the bank, and the statement of the month, whose figures are the same sums and lead back to them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assertCalm, openPage, PHONE, seriousFindings, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { until } from "../lib/server.mjs";
import { Charger } from "../lib/station.mjs";

/** 0.50 with 25 % VAT per kWh, and 1.00 without VAT once. */
const RULES = {
  currency: "EUR",
  prices: "with_vat",
  elements: [
    {
      components: [
        { dimension: "energy", price: "0.50", vat: "25" },
        { dimension: "flat", price: "1.00" },
      ],
    },
  ],
};
/** What each charges, in Wh, and what that costs. */
const SESSIONS = [
  { uid: "04AA0001", wh: 3_333, cost: "2.67" },
  { uid: "04AA0002", wh: 2_500, cost: "2.25" },
  { uid: "04AA0001", wh: 3_777, cost: "2.89" },
];
/** Of which 3.00 has no VAT and 4.81 has 25 %, each line rounded by itself. */
const TOTAL = { net: "6.85", vat: "0.96", gross: "7.81" };

/** A picture of one pixel. */
const LOGO = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

const world = withServer({}, async ({ api }) => {
  const site = await api.site("Harbour");
  await api.patch(`/sites/${site.id}`, { currency: "EUR" });
  const tariff = await api.post("/tariffs", { name: "Public", rules: RULES });
  await api.patch(`/sites/${site.id}`, { tariff_id: tariff.id });
  const ida = await api.post("/drivers", { name: "Ida Holm", email: "ida@example.com" });
  const bo = await api.post("/drivers", { name: "Bo Lund", email: "bo@example.com" });
  await api.post("/id-tokens", { uid: "04AA0001", kind: "rfid", driver_id: ida.id });
  await api.post("/id-tokens", { uid: "04AA0002", kind: "rfid", driver_id: bo.id });
  const station = await api.station(site, "HARBOUR-1", { name: "Crane" });
  const charger = await Charger.connect(station);
  await charger.boot();
  await charger.status(1, "Available");
  let register = 50_000;
  for (const { uid, wh } of SESSIONS) {
    const transaction = await charger.start(1, uid, register);
    await charger.meter(1, transaction, register + Math.floor(wh / 2), 7_360);
    register += wh;
    await charger.stop(transaction, register, uid);
    await charger.status(1, "Available");
  }
  // Bo pays with an app: that money is held for the operator.
  await api.post(`/drivers/${bo.id}/wallet`, { source: "held", amount: "40.00", currency: "EUR", reason: "App" });
  Object.assign(world, { ida, bo, charger });
});

async function open(path, options = {}) {
  const page = await openPage(world.browser, world.server, options);
  await signIn(page);
  await page.goto(path);
  return page;
}

async function saved(page, act) {
  const [file] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}

test("sessions become receipts, and are booked at what their receipts say", async () => {
  const posted = async () => (await world.api.get("/ledger?kind=session")).items;
  await until("every session is booked", async () => (await posted()).length === SESSIONS.length);
  const page = await open("/sessions");
  await page.getByRole("row", { name: /2\.67/ }).waitFor();
  for (const entry of await posted()) {
    const receipt = await world.api.get(`/sessions/${entry.session_id}/receipt`);
    assert.equal(receipt.with_vat, entry.total.amount);
  }
  assert.deepEqual((await posted()).map((entry) => entry.total.amount).sort(), SESSIONS.map((s) => s.cost).sort());
  assertCalm(page);
});

test("an invoice is issued, taken to the buyer and paid", async () => {
  const page = await open("/organisation?tab=branding");
  await page.setInputFiles("input[type=file]", { name: "logo.png", mimeType: "image/png", buffer: LOGO });
  await page.getByRole("img", { name: "Logo" }).waitFor();
  await page.goto("/invoices");
  await page.getByRole("button", { name: "Issue invoices" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Issue invoices" });
  await dialog.getByLabel("Last day").fill(new Date().toISOString().slice(0, 10));
  await dialog.getByRole("row", { name: /Ida Holm.*2.*5\.56/ }).waitFor();
  await dialog.getByRole("row", { name: /Bo Lund.*1.*2\.25/ }).waitFor();
  await dialog.getByRole("button", { name: "Issue 2 invoices" }).click();
  await dialog.waitFor({ state: "detached" });
  const row = page.getByRole("row", { name: /Ida Holm.*5\.56/ });
  await row.getByRole("link").first().click();
  const lines = page.getByRole("table", { name: "Lines" });
  // A line for each rate: energy with VAT, the flat price without.
  await lines.getByRole("row", { name: /Total.*4\.85.*5\.56/ }).waitFor();
  const paper = await saved(page, () => page.getByRole("button", { name: "PDF" }).click());
  assert.match(paper.text, /^%PDF-/);
  // F132: with the company's logo.
  assert.match(paper.text, /\/Subtype\s*\/Image/);
  // What is missing for machines is named, and when it is there the file has the same total.
  await page.getByText(/It lacks:/).waitFor();
  await page.getByText(/your VAT number, your street, your postal code, your town, your country/).waitFor();
  const profile = await world.api.get("/organisation/profile");
  const registered = { street: "Kajen 7", postal_code: "5000", city: "Odense", country: "DK" };
  await world.api.patch("/organisation/profile", {
    details: { ...profile.details, vat_id: "DK12345678", registered },
  });
  await page.reload();
  const electronic = await saved(page, async () => {
    await page.getByRole("button", { name: "E-invoice" }).click();
    await page.getByRole("menuitem", { name: /UBL/ }).click();
  });
  assert.match(electronic.name, /^invoice-\d+-ubl\.xml$/);
  assert.match(electronic.text, /<cbc:PayableAmount currencyID="EUR">5\.56<\/cbc:PayableAmount>/);
  // Two clicks: to the entry of the ledger, and to the session's receipt.
  await lines.getByRole("link", { name: "Transaction" }).first().click();
  await page.getByRole("table", { name: "What it did to the accounts" }).waitFor();
  await page.getByRole("link", { name: "Session with its receipt" }).click();
  await page.getByRole("heading", { name: "Why this price" }).waitFor();
  await page.goBack();
  await page.goBack();
  await page.getByRole("button", { name: "Payment received" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Payment received" }).click();
  await page.getByRole("button", { name: "Take back" }).waitFor({ state: "detached" });
  assertCalm(page);
});

test("what is held is paid out through the bank's file", async () => {
  const page = await open("/revenue?tab=payouts");
  await page.getByRole("button", { name: "Add a bank account" }).click();
  const bank = page.getByRole("dialog", { name: "Bank account" });
  await bank.getByLabel("Account holder").fill("Harbour Charging");
  await bank.getByLabel("IBAN").fill("DE89 3704 0044 0532 0130 00");
  await bank.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Withdraw" }).click();
  const asking = page.getByRole("dialog", { name: "Withdraw" });
  await asking.getByLabel("Amount").fill("25.00");
  await asking.getByRole("button", { name: "Ask for the payout" }).click();
  await page.getByRole("row", { name: /Requested.*25\.00/ }).waitFor();
  await page.getByRole("tab", { name: "Approvals" }).click();
  await page.getByRole("button", { name: "Approve", exact: true }).click();
  const file = await saved(page, () => page.getByRole("button", { name: "File for the bank (SEPA)" }).click());
  assert.match(file.text, /<InstdAmt Ccy="EUR">25\.00<\/InstdAmt>/);
  await page.getByRole("button", { name: "Mark as paid" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Mark as paid" }).click();
  await page.getByText("Nothing to answer").waitFor();
  assertCalm(page);
});

test("the statement of the month has the same sums, and every figure leads to what it sums", async () => {
  const page = await open("/revenue?tab=statements");
  const income = page.getByRole("table", { name: "Income in EUR" });
  const { net, vat, gross } = TOTAL;
  await income.getByRole("row", { name: new RegExp(`Session.*3.*${net}.*${vat}.*${gross}`) }).waitFor();
  const rates = page.getByRole("table", { name: "VAT by rate in EUR" });
  await rates.getByRole("row", { name: /25 %.*3\.85.*0\.96.*4\.81/ }).waitFor();
  await rates.getByRole("row", { name: /Without VAT.*3\.00.*0\.00.*3\.00/ }).waitFor();
  const accounts = page.getByRole("table", { name: "Accounts in EUR" });
  // Held: 40.00 came in, 25.00 went out. The bank: 5.56 for the invoice and 25.00 from the payout.
  await accounts.getByRole("row", { name: /Held for you: closing balance.*15\.00/ }).waitFor();
  await accounts.getByRole("row", { name: /Your bank and cash: closing balance.*30\.56/ }).waitFor();
  await accounts.getByRole("row", { name: /VAT: closing balance.*0\.96/ }).waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  const file = await saved(page, async () => {
    await page.getByRole("button", { name: "Export" }).click();
    await page.getByRole("menuitem", { name: "CSV" }).click();
  });
  assert.match(file.name, /^revenue-statement-\d{4}-\d{2}-.*\.csv$/);
  assert.match(file.text, new RegExp(`Session,3,${net},${vat},${gross}`.replaceAll(".", "\\.")));
  const paper = await saved(page, async () => {
    await page.getByRole("button", { name: "Export" }).click();
    await page.getByRole("menuitem", { name: "PDF" }).click();
  });
  assert.match(paper.text, /^%PDF-/);
  // From the figure to its transactions, and from there to a receipt.
  await income.getByRole("link", { name: "Session" }).click();
  const row = page.getByRole("row", { name: /Session.*Harbour · HARBOUR-1.*Bo Lund.*2\.25/ });
  await row.getByRole("link", { name: /HARBOUR-1/ }).click();
  await page.getByRole("heading", { name: "Why this price" }).waitFor();
  assertCalm(page);
});

test("a phone shows the statement", async () => {
  const page = await open("/revenue?tab=statements", { viewport: PHONE });
  await page.getByRole("table", { name: "Accounts in EUR" }).waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  assertCalm(page);
});
