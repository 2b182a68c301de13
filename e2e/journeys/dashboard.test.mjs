// The dashboard as somebody uses it who wants to know how the network did: periods, tabs, places, money, factors, files.
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
  await api.key("04A2B1C3", { alias: "Fleet van 12" });
  const station = await api.station(site, "QUAY-1", { name: "Pontoon" });
  const charger = await Charger.connect(station);
  await charger.boot();
  await charger.status(1, "Available");
  const transaction = await charger.start(1, "04A2B1C3", 10_000);
  await charger.status(1, "Charging");
  await charger.meter(1, transaction, 12_000, 7_360);
  await charger.stop(transaction, 14_000, "04A2B1C3");
  await charger.status(1, "Available");
  Object.assign(world, { site, station, charger });
});

const panel = (page, name) => page.locator(".mantine-Paper-root", { hasText: name }).first();
const value = (page, name) => panel(page, name).locator("[class*=value]").first();

async function fileOf(page, act) {
  const [file] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

test("figures of a period, with what they mean, what they were before, and what they are made of", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  // F12, F15, F17: energy, revenue and sessions of this month.
  await until("energy", async () => (await value(page, "Energy delivered").textContent()) === "4.00kWh");
  assert.match(await value(page, "Revenue").textContent(), /16\.00/);
  assert.equal(await value(page, "Sessions").textContent(), "1");
  // Each figure tells its definition.
  await page.getByRole("button", { name: /time offline or faulted/ }).hover();
  await page.locator("[class*=Tooltip-tooltip]", { hasText: "time offline or faulted" }).waitFor();
  // F14: the plugs by status; F21: nothing needs anybody.
  await panel(page, "Plugs by status").getByText("Available").waitFor();
  await page.getByText("Nothing at the moment.").waitFor();
  // F11: periods step back and forth, and stand in the address.
  await page.getByText("Year", { exact: true }).click();
  await page.waitForURL(/period=year/);
  await page.getByRole("button", { name: "The period before" }).click();
  await until("no energy in the year before", async () => (await value(page, "Energy delivered").textContent()) === "0Wh");
  await page.getByRole("button", { name: "Today" }).click();
  await until("energy", async () => (await value(page, "Energy delivered").textContent()) === "4.00kWh");
  await page.getByText("Custom", { exact: true }).click();
  const day = new Date().toLocaleDateString("sv", { timeZone: "Europe/Copenhagen" });
  await page.getByLabel("First day").fill("2026-01-01");
  await page.getByLabel("Last day").fill(day);
  await page.waitForURL(new RegExp(`to=${day}`));
  assert.equal(await page.getByRole("switch", { name: /Compare/ }).isChecked(), true);
  await page.getByRole("switch", { name: /Compare/ }).focus();
  await page.keyboard.press("Space");
  await page.waitForURL(/compare=0/);
  // The chart is a table too, and its bars lead to the sessions behind them.
  await page.goto("/");
  await panel(page, "Energy delivered").waitFor();
  await page.getByRole("button", { name: "Show as a table" }).first().click();
  await page.getByRole("table", { name: /Energy delivered over the period/ }).waitFor();
  await page.getByRole("button", { name: "Show as a chart" }).first().click();
  await page.getByRole("figure", { name: /Energy delivered/ }).getByRole("button", { name: /4\.00 kWh/ }).click();
  await page.waitForURL(/\/sessions\?.*from=/);
  await page.getByRole("row", { name: /Pontoon/ }).waitFor();
  assertCalm(page);
});

test("money and its parts, purchase prices, and recent sessions with what can be done to them", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  // F13: the cost of energy wants to know what a kWh costs.
  await page.getByRole("button", { name: "Set purchase prices" }).click();
  const prices = page.getByRole("dialog", { name: "Purchase prices" });
  await prices.getByLabel("Quay").fill("1.50");
  await prices.getByRole("button", { name: "Save" }).click();
  await page.getByText("Price of Quay saved").waitFor();
  await page.keyboard.press("Escape");
  await until("the cost", async () => /6\.00/.test(await value(page, "Energy cost").textContent()));
  // F22: the newest sessions.
  const recent = page.getByRole("region", { name: "Recent sessions" });
  await recent.getByRole("button", { name: /Actions for session/ }).first().click();
  await page.getByRole("menuitem", { name: "Open details" }).waitFor();
  await page.keyboard.press("Escape");
  await recent.getByRole("link", { name: "All sessions" }).waitFor();
  // F15: what revenue is made of.
  await page.getByRole("tab", { name: "Revenue" }).click();
  await page.waitForURL(/tab=revenue/);
  const made = page.getByRole("table", { name: "What it is made of" });
  await made.getByRole("row", { name: /Total, without VAT.*12\.80/ }).waitFor();
  assertCalm(page);
});

test("use, uptime and good by place; factors are the organisation's", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  // F16, F20: by site, charger and plug.
  await page.getByRole("tab", { name: "Performance" }).click();
  const places = page.getByRole("table", { name: "By place" });
  await places.getByRole("row", { name: /Quay/ }).waitFor();
  await page.getByText("Plug", { exact: true }).click();
  await places.getByRole("row", { name: /Pontoon · plug 1.*100 ?%/ }).waitFor();
  await page.getByRole("combobox", { name: "First metric" }).click();
  await page.getByRole("option", { name: "Revenue" }).click();
  await page.waitForURL(/first=revenue/);
  await page.getByRole("tab", { name: "Utilisation" }).click();
  await page.getByRole("heading", { name: "Utilisation" }).waitFor();
  // F18: 4 kWh at 200 Wh/km are 20 km.
  await page.getByRole("tab", { name: "Sustainability" }).click();
  await page.getByRole("button", { name: "Change factors" }).click();
  const form = page.getByRole("dialog", { name: "Factors" });
  await form.getByLabel("Electric car").fill("200");
  await form.getByRole("button", { name: "Save" }).click();
  await until("the distance", async () => (await value(page, "Electric distance").textContent()) === "20 km");
  assertCalm(page);
});

test("each tab goes away as a file, for those who may have it", async () => {
  const page = await openPage(world.browser, world.server, { expected: ["422"] });
  await signIn(page);
  // F19: any tab, any period, three formats.
  await page.goto("/?tab=revenue");
  const take = (format) =>
    fileOf(page, async () => {
      await page.getByRole("button", { name: "Download report" }).click();
      await page.getByRole("menuitem", { name: format }).click();
    });
  const csv = await take("CSV");
  assert.match(csv.name, /^revenue-report-.*\.csv$/);
  assert.match(csv.bytes.toString("utf8"), /By site\r\nSite,Currency.*\r\nQuay,DKK,1,16\.00,12\.80,3\.20/);
  const xlsx = await take("Excel");
  assert.equal(xlsx.bytes.subarray(0, 2).toString(), "PK");
  const pdf = await take("PDF");
  assert.equal(pdf.bytes.subarray(0, 5).toString(), "%PDF-");
  // F23: the same by e-mail, every month.
  await page.getByRole("button", { name: "Scheduled reports" }).click();
  await page.getByText("No report goes out yet.").waitFor();
  await page.getByRole("button", { name: "Schedule a report" }).click();
  const form = page.getByRole("dialog", { name: "Schedule a report" });
  await form.getByLabel("Recipients").fill("finance@example.org\nnobody");
  await form.getByRole("button", { name: "Schedule a report" }).click();
  await form.getByText("nobody is no e-mail address").waitFor();
  await form.getByLabel("Recipients").fill("finance@example.org, mia@example.org");
  await form.getByRole("button", { name: "Schedule a report" }).click();
  const list = page.getByRole("dialog", { name: "Scheduled reports" });
  await list.getByText("Revenue, every month").waitFor();
  await list.getByText("finance@example.org, mia@example.org").waitFor();
  await list.getByRole("button", { name: "Remove Revenue, every month" }).click();
  await list.getByText("No report goes out yet.").waitFor();
  assertCalm(page);
});

test("support sees how chargers do, and neither money nor reports", async () => {
  await world.server.run(["user", "add", "sam@example.org", "--name", "Sam", "--role", "support"], {
    FORECOURT_PASSWORD: "support support support",
  });
  const page = await openPage(world.browser, world.server, { expected: ["403"] });
  await signIn(page, { email: "sam@example.org", password: "support support support" });
  // F10, F24: a simpler dashboard, as the first page; the server holds to it too.
  await page.getByRole("tab", { name: "Utilisation" }).waitFor();
  await panel(page, "Energy delivered").waitFor();
  for (const tab of ["Revenue", "Sustainability", "Performance"]) {
    assert.equal(await page.getByRole("tab", { name: tab }).count(), 0, tab);
  }
  assert.equal(await panel(page, "Energy cost").count(), 0);
  assert.equal(await page.getByRole("button", { name: "Download report" }).count(), 0);
  const answers = await page.evaluate(async () => {
    const days = "from=2026-01-01&to=2026-12-31";
    const figures = await (await fetch(`/api/v1/dashboard?${days}`)).json();
    const report = await fetch(`/api/v1/reports/revenue?${days}`);
    return { revenue: figures.total.revenue, cost: figures.total.energy_cost, report: report.status };
  });
  assert.deepEqual(answers, { revenue: null, cost: null, report: 403 });
  assertCalm(page);
});

test("a phone shows all of it", async () => {
  const page = await openPage(world.browser, world.server, { viewport: PHONE });
  await signIn(page);
  for (const tab of ["", "revenue", "utilisation", "sustainability", "performance"]) {
    await page.goto(tab ? `/?tab=${tab}` : "/");
    await page.getByRole("tab", { selected: true }).waitFor();
    await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > globalThis.innerWidth);
    assert.equal(wide, false, `${tab || "overview"} is wider than the phone`);
    assert.deepEqual(await seriousFindings(page), [], tab || "overview");
  }
  assertCalm(page);
});
