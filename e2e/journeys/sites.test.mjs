// A site from its first line to its removal: all that drivers are told of it, on a list and on a map, moved to another organisation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { until } from "../lib/server.mjs";

const world = withServer();
/** The smallest PNG there is. */
const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

async function open(path, heading, more = {}) {
  const page = await openPage(world.browser, world.server, more);
  await signIn(page);
  await page.goto(path);
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  return page;
}

async function details(site) {
  return open(`/sites/${site.id}?tab=details`, site.name);
}

const saved = async (page) => {
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved").first().waitFor();
};

test("a site is added and told everything drivers ask", async () => {
  const page = await open("/sites", "Sites");
  await page.getByText("No sites yet").waitFor();
  await page.getByRole("button", { name: "Add site" }).first().click();
  const form = page.getByRole("dialog", { name: "Add site" });
  await form.getByLabel("Name").fill("Harbour");
  await form.getByLabel("Street and number").fill("Kaj 4");
  await form.getByLabel("Postal code").fill("5000");
  await form.getByLabel("City").fill("Odense");
  await form.getByLabel("Country").fill("dk");
  await form.getByRole("button", { name: "Add site" }).click();
  await page.getByRole("heading", { level: 1, name: "Harbour" }).waitFor();
  await page.getByText("Kaj 4, 5000 Odense, DK").waitFor();

  await page.getByRole("tab", { name: "Details" }).click();
  await page.getByRole("combobox", { name: "Access" }).click();
  await page.getByRole("option", { name: "Semi-public" }).click();
  await page.getByText("Only admitted groups see it").waitFor();

  // The pin by keyboard: the fields say where it is.
  await page.getByLabel("Latitude").fill("55.4");
  await page.getByLabel("Longitude").fill("10.4");
  const pin = page.getByRole("button", { name: "Place of the site" });
  await pin.focus();
  await page.keyboard.press("ArrowRight");
  const moved = Number(await page.getByLabel("Longitude").inputValue());
  assert.ok(moved > 10.4 && moved < 12, `moved to ${moved}`);
  // And by pointer.
  const box = await pin.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y - 40, { steps: 4 });
  await page.mouse.up();
  await until("the pin is farther north", async () => Number(await page.getByLabel("Latitude").inputValue()) > 55.41);

  // Hours by weekday with a break, and a holiday.
  await page.getByText("By weekday").first().click();
  await page.getByLabel("Monday, until").first().fill("12:00");
  await page.getByRole("button", { name: "Add hours on Monday" }).click();
  await page.getByLabel("Monday, from").nth(1).fill("13:00");
  await page.getByRole("button", { name: "Monday's hours until Friday" }).click();
  await page.getByRole("button", { name: "Add a date" }).first().click();
  await page.getByLabel("Date", { exact: true }).fill("2026-12-24");

  await page.getByLabel("Telephone").fill("+45 12 34 56 78");
  await page.getByLabel("E-mail").fill("help@fjord.example");
  await page.getByLabel("How to restart a charger by hand").fill("Press the red button for three seconds.");
  await saved(page);

  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose a picture" }).click();
  await (await chooser).setFiles({ name: "harbour.png", mimeType: "image/png", buffer: PICTURE });
  await page.getByRole("img", { name: "Picture of Harbour" }).waitFor();

  const [site] = (await world.api.get("/sites")).items;
  assert.equal(site.kind, "semi_public");
  assert.deepEqual(
    site.opening_hours.week.filter((each) => each.day === 5).map(({ from, to }) => [from, to]),
    [["08:00", "12:00"], ["13:00", "18:00"]],
  );
  assert.deepEqual(site.opening_hours.exceptions, [{ date: "2026-12-24", ranges: [] }]);
  assert.equal(site.support.phone, "+45 12 34 56 78");
  // The first contact entered is the organisation's from now on.
  assert.equal((await world.api.get("/support-contact")).email, "help@fjord.example");
  assertCalm(page);
});

test("hours that overlap are refused, and a file that is no picture", async () => {
  const [site] = (await world.api.get("/sites")).items;
  const page = await openPage(world.browser, world.server, { expected: ["422"] });
  await signIn(page);
  await page.goto(`/sites/${site.id}?tab=details`);
  await page.getByLabel("Tuesday, until").first().fill("14:00");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("alert").filter({ hasText: /overlap/ }).waitFor();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose a picture" }).click();
  await (await chooser).setFiles({ name: "x.png", mimeType: "image/png", buffer: Buffer.from("<svg onload=alert(1)>") });
  await page.getByRole("alert").filter({ hasText: /PNG, JPEG or WebP/ }).waitFor();
  assertCalm(page);
});

test("notes and documents are kept with it", async () => {
  const [site] = (await world.api.get("/sites")).items;
  const page = await open(`/sites/${site.id}?tab=record`, "Harbour");
  await page.getByLabel("Write a note").fill("The key is with the guard.\n<b>Gate 2</b>");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("<b>Gate 2</b>").waitFor();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Add files" }).click();
  await (await chooser).setFiles({ name: "plan æ.html", mimeType: "text/html", buffer: Buffer.from("<script>1</script>") });
  const link = page.getByRole("link", { name: "plan æ.html" });
  await link.waitFor();
  // A document is a download, whatever is in it.
  const answer = await page.request.get(await link.getAttribute("href"));
  assert.match(answer.headers()["content-disposition"], /^attachment; .*plan%20%C3%A6\.html/);
  assert.equal(answer.headers()["content-type"], "application/octet-stream");
  assert.equal(answer.headers()["x-content-type-options"], "nosniff");
  assert.equal(await answer.text(), "<script>1</script>");
  await page.getByRole("button", { name: "Remove plan æ.html" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByText("No documents yet").waitFor();
  assertCalm(page);
});

test("the list filters, hides and shows a map", async () => {
  const { api } = world;
  const quay = await api.post("/sites", {
    name: "Quay",
    time_zone: "Europe/Berlin",
    currency: "EUR",
    city: "Kiel",
    latitude: 54.3,
    longitude: 10.1,
  });
  await api.station(quay, "KIE-1");
  const page = await open("/sites", "Sites");
  await page.getByRole("row", { name: /Harbour/ }).getByText("Semi-public").waitFor();
  await page.getByRole("row", { name: /Quay/ }).getByText("1 offline").waitFor();
  await page.getByRole("combobox", { name: "Access" }).click();
  await page.getByRole("option", { name: "Public", exact: true }).click();
  await page.getByRole("row", { name: /Harbour/ }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Remove filter Public" }).click();
  await page.getByRole("row", { name: /Harbour/ }).waitFor();

  await page.getByText("Map", { exact: true }).click();
  await page.getByRole("application", { name: "Map of the sites" }).waitFor();
  const link = page.getByRole("link", { name: /^Quay, 1 charger/ });
  await link.waitFor();
  await link.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Quay" }).waitFor();
  await page.getByRole("link", { name: "KIE-1" }).waitFor();

  await page.getByRole("button", { name: "Manage" }).click();
  await page.getByRole("menuitem", { name: "Hide from drivers" }).click();
  await page.getByText("Hidden", { exact: true }).waitFor();
  assert.equal((await api.get(`/sites/${quay.id}`)).visible, false);
  assertCalm(page);
});

test("a site moves to another organisation with its chargers, and its past stays", async () => {
  const { api } = world;
  const page = await open("/sites?q=Quay", "Sites");
  const made = await page.request.post("/api/v1/organisations", {
    data: { name: "Fjord North", time_zone: "Europe/Copenhagen", currency: "DKK" },
    headers: { origin: world.server.url },
  });
  assert.equal(made.status(), 201, await made.text());
  await page.getByRole("link", { name: "Quay" }).click();
  await page.getByRole("heading", { level: 1, name: "Quay" }).waitFor();
  await page.getByRole("button", { name: "Manage" }).click();
  await page.getByRole("menuitem", { name: "Move to another organisation" }).click();
  const form = page.getByRole("dialog", { name: "Move Quay" });
  await form.getByRole("combobox", { name: "To" }).click();
  await page.getByRole("option", { name: "Fjord North" }).click();
  await form.getByRole("button", { name: "Move to another organisation" }).click();
  await page.getByRole("heading", { level: 1, name: "Sites" }).waitFor();
  assert.deepEqual((await api.get("/sites")).items.map((each) => each.name), ["Harbour"]);
  assert.equal((await api.get("/stations")).items.length, 0, "its chargers went along");
  assertCalm(page);
});

test("a site without chargers is removed", async () => {
  const [site] = (await world.api.get("/sites")).items;
  const page = await details(site);
  await page.getByRole("button", { name: "Manage" }).click();
  await page.getByRole("menuitem", { name: "Remove site" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove site" }).click();
  await page.getByText("No sites yet").waitFor();
  assertCalm(page);
});
