// What every file of journeys begins with: one server, one browser, both ended at the end.
import { after, before } from "node:test";
import { launch } from "./browser.mjs";
import { apiOf, startServer } from "./server.mjs";

/** Filled before the first test runs; `prepare` then does what the journeys of the file need beforehand. */
export function withServer(options = {}, prepare = async () => {}) {
  const world = {};
  before(async () => {
    world.server = await startServer(options);
    world.browser = await launch();
    if (options.admin !== false) world.api = await apiOf(world.server);
    await prepare(world);
  });
  after(async () => {
    await world.browser?.close();
    await world.server?.stop();
  });
  return world;
}
