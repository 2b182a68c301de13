// Fifty chargers under one fuse: the binary's own simulated chargers, which draw what they are allowed, in real time. Cars come
// and go by the minute (an hour's arrivals of such a place in some two minutes), one charger refuses, one loses its
// connection with a car at it, and the building suddenly draws more. The hour itself, on a clock of its own, is a test of the
// application (crates/forecourt-app/tests/power.rs).
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { test } from "node:test";
import { assertCalm, openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { until } from "../lib/server.mjs";

const KEY = "04AA11BB";
const METER = "571313100000000050";
/** Amperes on each phase. */
const FUSE = 250_000;
const CHARGERS = 50;
const ROTATIONS = ["RST", "STR", "TRS"];
const SHOTS = new URL("../screenshots/", import.meta.url).pathname;
/** Milliseconds: cars stay for a minute or two. */
const LONG = 180_000;

const even = (each) => ({ l1_ma: each, l2_ma: each, l3_ma: each });
/** Highest sums on any phase that any look at the zone showed: allowed and drawn, with the building. */
const highest = { given: 0, drawn: 0, charging: 0 };

const world = withServer({}, async (world) => {
  const { api, server } = world;
  const site = await api.site("Car park");
  await api.key(KEY);
  await api.put("/smart-charging-models", { vendor: "Forecourt", model: "Simulated", tested: true });
  const names = Array.from({ length: CHARGERS - 2 }, (_, n) => `FIFTY-${String(n + 1).padStart(4, "0")}`);
  world.stations = {};
  for (const identity of [...names, "FIFTY-NO", "FIFTY-LOST"]) {
    world.stations[identity] = await api.station(site, identity, { security_profile: 0 });
  }
  const like = ["--scenario", "busy", "--tokens", KEY, "--kilowatts", "11"];
  server.simulate(["-n", String(names.length), "--identity", "FIFTY", ...like]);
  server.simulate(["--identity", "FIFTY-NO", "--faults", "refuses", "--seed", "7", ...like]);
  world.lost = server.simulate(["--identity", "FIFTY-LOST", "--seed", "9", ...like]);
  const fit = async () => (await api.get(`/zones/candidates?site_id=${site.id}`)).items;
  await until("every charger to be known", async () => (await fit()).every((each) => each.may_be_chosen), LONG);
  const zone = await api.post("/zones", {
    name: "Car park",
    site_id: site.id,
    meter_number: METER,
    capacity_ma: { l1: FUSE, l2: FUSE, l3: FUSE },
    buffer_permille: 50,
    distribution: "dynamic",
    chargers: Object.values(world.stations).map((station, n) => ({
      station_id: station.id,
      phases: 3,
      rotation: ROTATIONS[n % 3],
      priority: 0,
    })),
  });
  world.zone = `/zones/${zone.id}`;
  world.path = `/load-balancing/${zone.id}`;
});

const LINES = ["l1", "l2", "l3"];

/** One look at the zone, held against the fuse. */
async function look({ settling = false } = {}) {
  const { now } = await world.api.get(world.zone);
  if (!now) return null;
  const [zone] = now.zones;
  const most = (of) => Math.max(...LINES.map((line) => zone.load_ma[line] + zone[of][line]));
  const [given, drawn] = [most("given_ma"), most("drawn_ma")];
  // While chargers take back their limits after a spike, what their meters said before still stands.
  if (!settling) {
    assert.ok(given <= FUSE, `allowed ${given} of ${FUSE} at ${now.at}`);
    assert.ok(drawn <= FUSE, `drawn ${drawn} of ${FUSE} at ${now.at}`);
  }
  const charging = now.evses.filter((evse) => evse.session_id && evse.drawn_ma > 0).length;
  highest.given = Math.max(highest.given, given);
  highest.drawn = Math.max(highest.drawn, drawn);
  highest.charging = Math.max(highest.charging, charging);
  return { zone, evses: now.evses, given, drawn, charging };
}

const seat = (seen, identity) => seen?.evses.find((evse) => evse.station_id === world.stations[identity].id);
const watch = (what, condition, more) =>
  until(what, async () => {
    const seen = await look(more);
    return seen && condition(seen);
  }, LONG);

test("the page shows fifty chargers sharing what the fuse holds", async () => {
  await world.api.put(`/meters/${METER}/reading`, even(20_000));
  await world.api.put(`${world.zone}/status`, { enabled: true });
  world.page = await openPage(world.browser, world.server, { viewport: { width: 1360, height: 1100 } });
  await signIn(world.page);
  await world.page.goto(world.path);
  await world.page.getByRole("heading", { level: 1, name: "Car park" }).waitFor();
  // Arrivals: until the place wants more than the fuse holds.
  await watch("the place to be full", (seen) => seen.charging >= 20 && seen.given > FUSE * 0.8);
  await world.page.getByText("Phase L1 of Car park gives no more.").first().waitFor();
});

test("a charger that refuses is counted as it is", async () => {
  await watch("the refusing one to be noticed", (seen) => seat(seen, "FIFTY-NO")?.why === "refuses");
  const row = world.page.getByRole("row").filter({ hasText: "FIFTY-NO" });
  await row.getByText(/It did not take its limit/).waitFor();
});

test("a charger that is lost keeps its part", async () => {
  await watch("a car at the one that will be lost", (seen) => seat(seen, "FIFTY-LOST")?.session_id);
  world.lost.kill("SIGKILL");
  await watch("it to be missed", (seen) => seat(seen, "FIFTY-LOST")?.why === "unreachable");
  const row = world.page.getByRole("row").filter({ hasText: "FIFTY-LOST" });
  await row.getByText("It is not connected: what its default lets it draw is kept for it.").waitFor();
});

test("a building that wakes up is made room for, and given back when it sleeps", async () => {
  await watch("drawn by many", (seen) => seen.drawn > FUSE * 0.6);
  await world.api.put(`/meters/${METER}/reading`, even(130_000));
  const room = (seen) => seen.zone.load_ma.l1 >= 130_000 && seen.given <= FUSE && seen.drawn <= FUSE;
  await watch("the chargers to make room", room, { settling: true });
  await world.page.getByRole("img", { name: /Building 130 A/ }).waitFor();
  await world.page.getByText(/in the queue: phase L\d of Car park is full/).first().waitFor();
  mkdirSync(SHOTS, { recursive: true });
  await world.page.screenshot({ path: `${SHOTS}fifty-chargers-at-the-spike.png` });
  // From here on nothing is above the fuse any more, while cars come and go.
  const ids = ({ evses }) => evses.map((evse) => evse.session_id).filter(Boolean);
  const before = new Set(ids(await look()));
  await watch("fifteen cars to have come or gone under the spike", (seen) => {
    const now = ids(seen);
    const came = now.filter((id) => !before.has(id)).length;
    return before.size - (now.length - came) + came >= 15;
  });
  await world.api.put(`/meters/${METER}/reading`, even(20_000));
  await watch("more to be given again", (seen) => seen.zone.load_ma.l1 <= 25_000 && seen.given > FUSE * 0.8);
  assert.ok(highest.charging >= 20, `at most ${highest.charging} cars charged at once`);
  assertCalm(world.page);
});
