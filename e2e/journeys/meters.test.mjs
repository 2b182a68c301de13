// Building meters over real sockets: an operator sets one up over MQTT and one over Modbus TCP, tries them first, and sees
// chargers get less when the building draws more, and what is wrong when the broker is gone.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertCalm, openPage, PHONE, seriousFindings, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { startBroker, startModbusMeter } from "../lib/meter.mjs";
import { until } from "../lib/server.mjs";
import { Charger } from "../lib/station.mjs";

const KEY = "04AA11BB";
const METER = "571313100000000017";
const LOGIN = { user: "forecourt", password: "open-sesame" };
const TOPIC = "hall/status/em:0";
let charger, broker, meter, amps, speaking;

/** Meters speak every second, whoever listens. */
function speak() {
  speaking = setInterval(() => {
    const each = { a_current: amps, b_current: amps, c_current: amps };
    broker?.say(TOPIC, { id: 0, ...each, total_act_power: 3 * amps * 230 }).catch(() => {});
  }, 250);
}

const world = withServer({ env: { FORECOURT_OUTSIDE_HOSTS: "127.0.0.1" } }, async (world) => {
  const { api } = world;
  world.site = await api.site("Depot");
  await api.key(KEY);
  const station = await api.station(world.site, "LB-1");
  charger = await Charger.connect(station);
  await charger.boot();
  await charger.status(1, "Available");
  await api.put("/smart-charging-models", { vendor: "Voltaro", model: "Pillar 22", tested: true });
  world.zone = await api.post("/zones", {
    name: "Hall",
    site_id: world.site.id,
    meter_number: METER,
    capacity_ma: { l1: 40_000, l2: 40_000, l3: 40_000 },
    distribution: "dynamic",
    chargers: [{ station_id: station.id, phases: 3, rotation: null, priority: 0 }],
  });
  await api.put(`/zones/${world.zone.id}/status`, { enabled: true });
  broker = await startBroker(LOGIN);
  meter = await startModbusMeter();
  amps = 10;
  speak();
});
after(async () => {
  clearInterval(speaking);
  charger?.close();
  await broker?.stop();
  await meter?.stop();
});

const last = () => {
  const sent = charger.calls.filter((call) => call.action === "SetChargingProfile");
  const own = sent.map(({ payload }) => payload.csChargingProfiles);
  const session = own.filter((profile) => profile.chargingProfilePurpose === "TxProfile").at(-1);
  return session?.chargingSchedule.chargingSchedulePeriod[0].limit;
};
const told = (limit) =>
  until(`the charger to be told ${limit} A (it has ${last()})`, () => last() === limit, 60_000);

async function open(more = {}) {
  const page = await openPage(world.browser, world.server, more);
  await signIn(page);
  await page.goto(`/load-balancing/${world.zone.id}`);
  await page.getByRole("heading", { level: 1, name: "Hall" }).waitFor();
  return page;
}

const panel = (page) => page.getByRole("region", { name: "Building meter" });
const dialog = (page) => page.getByRole("dialog", { name: "Building meter of Hall" });

test("a meter behind a broker is tried, saved, and takes its part from the chargers", async () => {
  const page = await open();
  await panel(page).getByText("A program tells readings over the API").waitFor();
  await charger.start(1, KEY, 1_000);
  await told(32);
  await panel(page).getByRole("button", { name: "Set up" }).click();
  const form = dialog(page);
  await form.getByText("MQTT", { exact: true }).click();
  await form.getByRole("combobox", { name: "Meter", exact: true }).click();
  await page.getByRole("option", { name: "Shelly Pro 3EM" }).click();
  // What is missing is said at its field, before anything is asked.
  await form.getByRole("button", { name: "Test the connection" }).click();
  assert.equal(await form.getByRole("textbox", { name: "Broker" }).getAttribute("aria-invalid"), "true");
  await form.getByRole("textbox", { name: "Broker" }).fill("127.0.0.1");
  await form.getByRole("checkbox", { name: "Encrypted (TLS)" }).uncheck();
  await form.getByRole("textbox", { name: "Port" }).fill(String(broker.port));
  await form.getByRole("textbox", { name: "User name" }).fill(LOGIN.user);
  await form.getByRole("textbox", { name: "Password" }).fill("wrong");
  // One topic for all three phases, named once.
  await form.getByRole("textbox", { name: "Topic, L1" }).fill(TOPIC);
  await form.getByRole("button", { name: "Test the connection" }).click();
  await form.getByText("The broker refused the user name or password.").waitFor();
  await form.getByRole("textbox", { name: "Password" }).fill(LOGIN.password);
  await form.getByRole("button", { name: "Test the connection" }).click();
  await form.getByText("L1 10 A, L2 10 A, L3 10 A").waitFor();
  await form.getByText("The meter said 10 · 10 · 10.").waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  assert.equal(last(), 32, "a trial changes nothing");
  await form.getByRole("button", { name: "Save" }).click();
  await form.waitFor({ state: "detached" });

  await panel(page).getByText("Connected", { exact: true }).waitFor();
  await panel(page).getByText("L1 10 A, L2 10 A, L3 10 A").waitFor();
  await told(30);
  // The building draws more: the charger is told less.
  amps = 24.5;
  await told(15);
  await panel(page).getByText("L1 24.5 A, L2 24.5 A, L3 24.5 A").waitFor();
  // A program cannot say something else meanwhile.
  const reading = { l1_ma: 0, l2_ma: 0, l3_ma: 0 };
  await assert.rejects(world.api.put(`/meters/${METER}/reading`, reading), /409/);
  const shown = JSON.stringify(await world.api.get(`/zones/${world.zone.id}/meter`));
  assert.ok(!shown.includes(LOGIN.password));
  assert.ok(!world.server.log().includes(LOGIN.password));
  assertCalm(page);
  await page.close();
});

test("a broker that is gone is seen with its reason, and read again when it is back", async () => {
  const page = await open({ viewport: PHONE });
  await panel(page).getByText("Connected", { exact: true }).waitFor();
  const { port } = broker;
  await broker.stop();
  broker = null;
  await panel(page).getByText("Nothing listens at this address and port.").waitFor();
  // The last reading stays; nobody is given more because a meter is silent.
  await panel(page).getByText("L1 24.5 A, L2 24.5 A, L3 24.5 A").waitFor();
  assert.equal(last(), 15);
  amps = 12;
  broker = await startBroker({ ...LOGIN, port });
  await panel(page).getByText("Connected", { exact: true }).waitFor({ timeout: 90_000 });
  await panel(page).getByText("L1 12 A, L2 12 A, L3 12 A").waitFor();
  await panel(page).getByText("Nothing listens at this address and port.").waitFor({ state: "detached" });
  await told(28);
  assertCalm(page);
  await page.close();
});

test("a meter on Modbus TCP instead, and at last programs again", async () => {
  const page = await open();
  await panel(page).getByRole("button", { name: "Change" }).click();
  let form = dialog(page);
  await form.getByText("Modbus TCP", { exact: true }).click();
  await form.getByRole("combobox", { name: "Meter", exact: true }).click();
  await page.getByRole("option", { name: "Eastron SDM630" }).click();
  await form.getByRole("textbox", { name: "Host or address" }).fill("10.1.2.3");
  await form.getByRole("button", { name: "Test the connection" }).click();
  await form
    .getByText("only hosts are asked that the operator of this server lists (outside_hosts)")
    .waitFor();
  await form.getByRole("textbox", { name: "Host or address" }).fill("127.0.0.1");
  await form.getByRole("textbox", { name: "Port" }).fill(String(meter.port));
  await form.getByRole("textbox", { name: "Ask every" }).fill("1");
  for (const [register, number] of [6, 8, 10].map((register) => [register, 20.25]))
    meter.set(register, number);
  await form.getByRole("button", { name: "Test the connection" }).click();
  await form.getByText("The meter said 20.25 · 20.25 · 20.25.").waitFor();
  await form.getByRole("button", { name: "Save" }).click();
  await form.waitFor({ state: "detached" });
  await panel(page).getByText("L1 20.3 A, L2 20.3 A, L3 20.3 A").waitFor();
  await told(19);
  await until("the broker to be left alone", () => broker.listeners() === 0);
  meter.set(6, Number.NaN);
  await panel(page).getByText("NaN is not a number.").waitFor();
  meter.set(6, 30);
  await told(10);

  await panel(page).getByRole("button", { name: "Change" }).click();
  form = dialog(page);
  await form.getByText("Program (API)", { exact: true }).click();
  await form.getByRole("button", { name: "Save" }).click();
  await form.waitFor({ state: "detached" });
  await panel(page).getByText("A program tells readings over the API").waitFor();
  await world.api.put(`/meters/${METER}/reading`, { l1_ma: 1_000, l2_ma: 1_000, l3_ma: 1_000 });
  await panel(page).getByText("L1 1 A, L2 1 A, L3 1 A").waitFor();
  await page.goto("/audit");
  await page.getByText("Building meter set up").first().waitFor();
  await page.getByText("Building meter removed").first().waitFor();
  assertCalm(page);
  await page.close();
});
