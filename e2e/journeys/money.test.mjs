// Money as the finance clerk sees it: what a session did to the ledger, a driver's wallet, vouchers, and a payout from
// request to the bank.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assertCalm, openPage, PHONE, seriousFindings, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { until } from "../lib/server.mjs";
import { Charger } from "../lib/station.mjs";

/** 4.00 with VAT per kWh. */
const RULES = {
  currency: "DKK",
  prices: "with_vat",
  elements: [{ components: [{ dimension: "energy", price: "4.00", vat: "25" }] }],
};

const world = withServer({}, async ({ api }) => {
  const site = await api.site("Quay");
  const tariff = await api.post("/tariffs", { name: "Day", rules: RULES });
  await api.patch(`/sites/${site.id}`, { tariff_id: tariff.id });
  const driver = await api.post("/drivers", { name: "Ida Holm", email: "ida@example.com" });
  await api.post("/id-tokens", { uid: "04A2B1C3", kind: "rfid", driver_id: driver.id });
  const station = await api.station(site, "QUAY-1", { name: "Pontoon" });
  const charger = await Charger.connect(station);
  await charger.boot();
  await charger.status(1, "Available");
  const transaction = await charger.start(1, "04A2B1C3", 10_000);
  await charger.meter(1, transaction, 12_000, 7_360);
  await charger.stop(transaction, 14_000, "04A2B1C3");
  await charger.status(1, "Available");
  Object.assign(world, { driver, charger });
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

test("a session is booked against its driver, and its amount leads to receipt and accounts", async () => {
  const page = await open("/revenue");
  // F133: the job books what has ended.
  const row = page.getByRole("row", { name: /Session.*Quay · QUAY-1.*Ida Holm.*16\.00/ });
  await until("the session is booked", async () => (await world.api.get("/ledger")).items.length > 0);
  await page.reload();
  await row.getByRole("button", { name: "Session" }).click();
  const lines = page.getByRole("table", { name: "What it did to the accounts" });
  await lines.getByRole("row", { name: /Drivers' wallets.*Ida Holm.*16\.00/ }).waitFor();
  await lines.getByRole("row", { name: /Charging revenue.*12\.80/ }).waitFor();
  await lines.getByRole("row", { name: /VAT.*3\.20/ }).waitFor();
  await page.getByRole("link", { name: "Session with its receipt" }).click();
  await page.getByRole("heading", { name: "Why this price" }).waitFor();
  // And back: from the receipt to its entry.
  await page.getByRole("region", { name: "In the books" }).getByRole("link", { name: "Session" }).click();
  await lines.getByRole("row", { name: /Charging revenue.*12\.80/ }).waitFor();
  // What each account holds leads to what moved it.
  await page.goto("/revenue?tab=accounts");
  const accounts = page.getByRole("table", { name: "Accounts" });
  await accounts.getByRole("row", { name: /Charging revenue.*12\.80/ }).waitFor();
  await accounts.getByRole("link", { name: "VAT" }).click();
  await row.waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  const file = await saved(page, async () => {
    await page.getByRole("button", { name: "Export" }).click();
    await page.getByRole("menuitem", { name: "CSV" }).click();
  });
  assert.match(file.text, /Quay · QUAY-1.*Ida Holm/);
  assertCalm(page);
});

test("a wallet is filled, a voucher is worth its amount once", async () => {
  const page = await open("/wallets?tab=vouchers", { expected: ["422"] });
  await page.getByText("No voucher yet").waitFor();
  await page.getByRole("button", { name: "Make vouchers" }).click();
  const making = page.getByRole("dialog", { name: "Make vouchers" });
  // F75: what was charged wrongly is given back by a voucher.
  await making.getByLabel("Kind").selectOption("refund");
  await making.getByLabel("Amount").fill("25");
  await making.getByLabel("Currency").selectOption("DKK");
  await making.getByLabel("Reason").fill("Charger was out of order");
  await making.getByRole("button", { name: "Make vouchers" }).click();
  const code = (await page.locator("pre").textContent()).trim();
  assert.match(code, /^[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}$/);
  // F139: the driver's wallet, from the list of wallets.
  await page.getByRole("tab", { name: "Wallets" }).click();
  await page.getByRole("row", { name: /Ida Holm.*-.*16\.00/ }).waitFor();
  await page.getByRole("link", { name: "Ida Holm" }).click();
  await page.getByRole("tab", { name: "Wallet", selected: true }).waitFor();
  const redeem = async (text) => {
    await page.getByRole("button", { name: "Redeem a voucher" }).click();
    const dialog = page.getByRole("dialog", { name: "Redeem a voucher" });
    await dialog.getByLabel("Code").fill(text);
    await dialog.getByRole("button", { name: "Redeem a voucher" }).click();
    return dialog;
  };
  const refused = await redeem("AAAA-AAAA-AAAA");
  await refused.getByText("there is no voucher with this code").waitFor();
  await refused.getByLabel("Code").fill(code.toLowerCase());
  await refused.getByRole("button", { name: "Redeem a voucher" }).click();
  await refused.waitFor({ state: "detached" });
  const balance = page.getByRole("region", { name: "Balance" });
  await balance.getByText(/9\.00/).waitFor();
  await (await redeem(code)).waitFor({ state: "detached" });
  assert.match(await balance.textContent(), /9\.00/);
  await page.getByRole("button", { name: "Add funds" }).click();
  const adding = page.getByRole("dialog", { name: "Add funds" });
  await adding.getByRole("radio", { name: "Paid to the payment provider" }).check();
  await adding.getByLabel("Amount").fill("-5");
  await adding.getByLabel("Currency").selectOption("DKK");
  await adding.getByLabel("Reason").fill("Card payment by telephone");
  await adding.getByRole("button", { name: "Add funds" }).click();
  await adding.getByText(/above zero/).waitFor();
  await adding.getByLabel("Amount").fill("100,50");
  await adding.getByRole("button", { name: "Add funds" }).click();
  await balance.getByText(/109\.50/).waitFor();
  await page.getByRole("row", { name: /Top-up.*100\.50/ }).waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  assertCalm(page);
});

test("money held is withdrawn: asked for, approved, in the bank's file, paid", async () => {
  const { api } = world;
  await api.post(`/drivers/${world.driver.id}/wallet`, {
    source: "held",
    amount: "80.00",
    currency: "EUR",
    reason: "Card",
  });
  const page = await open("/revenue?tab=payouts", { expected: ["422"] });
  // F134, F137: what is available, and where it goes.
  await page.getByRole("region", { name: "Available revenue" }).getByText(/80\.00/).waitFor();
  assert.equal(await page.getByRole("button", { name: "Withdraw" }).isDisabled(), true);
  await page.getByRole("button", { name: "Add a bank account" }).click();
  const bank = page.getByRole("dialog", { name: "Bank account" });
  await bank.getByLabel("Account holder").fill("Quay ApS");
  await bank.getByLabel("IBAN").fill("DE89 3704 0044 0532 0130 01");
  await bank.getByRole("button", { name: "Save" }).click();
  await bank.getByText("no IBAN: check its digits").waitFor();
  await bank.getByLabel("IBAN").fill("DE89 3704 0044 0532 0130 00");
  await bank.getByRole("button", { name: "Save" }).click();
  // F135: more than there is is refused.
  await page.getByRole("button", { name: "Withdraw" }).click();
  const asking = page.getByRole("dialog", { name: "Withdraw" });
  await asking.getByLabel("Currency").selectOption("EUR");
  await asking.getByLabel("Amount").fill("80.01");
  await asking.getByRole("button", { name: "Ask for the payout" }).click();
  await asking.getByText("more than what is available").waitFor();
  await asking.getByLabel("Amount").fill("80.00");
  await asking.getByRole("button", { name: "Ask for the payout" }).click();
  await page.getByRole("row", { name: /Requested.*answer by.*Quay ApS.*80\.00/ }).waitFor();
  // F136: the platform's desk.
  await page.getByRole("tab", { name: "Approvals" }).click();
  await page.getByRole("button", { name: "Approve", exact: true }).click();
  const file = await saved(page, () => page.getByRole("button", { name: "File for the bank (SEPA)" }).click());
  assert.match(file.text, /<InstdAmt Ccy="EUR">80\.00<\/InstdAmt>/);
  assert.match(file.text, /DE89370400440532013000/);
  await page.getByRole("button", { name: "Mark as paid" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Mark as paid" }).click();
  await page.getByText("Nothing to answer").waitFor();
  await page.getByRole("tab", { name: "Payouts" }).click();
  await page.getByRole("row", { name: /Paid.*Quay ApS.*80\.00/ }).waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  assertCalm(page);
});

test("charges become an invoice, which is taken back, issued anew and paid", async () => {
  const page = await open("/invoices", { expected: ["422"] });
  await page.getByText("No invoice yet").waitFor();
  const today = new Date().toISOString().slice(0, 10);
  const issue = async () => {
    await page.getByRole("button", { name: "Issue invoices" }).first().click();
    const dialog = page.getByRole("dialog", { name: "Issue invoices" });
    await dialog.getByLabel("Last day").fill(today);
    await dialog.getByRole("row", { name: /Ida Holm.*1.*16\.00/ }).waitFor();
    await dialog.getByRole("button", { name: "Issue 1 invoice" }).click();
    await dialog.waitFor({ state: "detached" });
  };
  await issue();
  // F132: from the document's line to its receipt and to its transaction.
  await page.getByRole("link", { name: "1", exact: true }).click();
  await page.getByRole("heading", { name: "Invoice 1" }).waitFor();
  const lines = page.getByRole("table", { name: "Lines" });
  await lines.getByRole("row", { name: /Quay · QUAY-1.*4.*kWh.*25 %.*12\.80.*16\.00/ }).waitFor();
  await lines.getByRole("row", { name: /Total.*12\.80.*16\.00/ }).waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  const paper = await saved(page, () => page.getByRole("button", { name: "PDF" }).click());
  assert.equal(paper.name, "invoice-1.pdf");
  assert.match(paper.text, /^%PDF-/);
  await lines.getByRole("link", { name: "Transaction" }).click();
  await page.getByRole("table", { name: "What it did to the accounts" }).waitFor();
  await page.goBack();
  // What was wrong is taken back whole, and the numbers go on.
  await page.getByRole("button", { name: "Take back" }).click();
  const note = page.getByRole("dialog", { name: "Take back" });
  await note.getByLabel("Reason").fill("Wrong address");
  await note.getByRole("button", { name: "Make the credit note" }).click();
  await page.getByRole("link", { name: "See its credit note" }).click();
  await page.getByRole("heading", { name: "Credit note 2" }).waitFor();
  await page.getByText("Wrong address").waitFor();
  await page.goto("/invoices");
  await issue();
  await page.getByRole("link", { name: "3", exact: true }).click();
  await page.getByRole("button", { name: "Payment received" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Payment received" }).click();
  await page.getByRole("button", { name: "Take back" }).waitFor({ state: "detached" });
  assertCalm(page);
});

test("a phone shows all of it", async () => {
  const page = await open("/revenue", { viewport: PHONE });
  await page.getByRole("button", { name: "Session" }).first().waitFor();
  const shown = {
    Accounts: page.getByRole("table", { name: "Accounts" }),
    Payouts: page.getByRole("region", { name: "Available revenue" }).getByRole("button").first(),
  };
  for (const [tab, content] of Object.entries(shown)) {
    await page.getByRole("tab", { name: tab }).click();
    await content.waitFor();
    assert.deepEqual(await seriousFindings(page), []);
  }
  assertCalm(page);
});
