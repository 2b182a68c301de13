// What every file of journeys begins with: one server, one browser, both ended at the end.
import { after, before } from "node:test";
import { launch } from "./browser.mjs";
import { apiOf, startServer } from "./server.mjs";

/** Filled before the first test runs. */
export function withServer(options) {
  const world = {};
  before(async () => {
    world.server = await startServer(options);
    world.browser = await launch();
    if (options?.admin !== false) world.api = await apiOf(world.server);
  });
  after(async () => {
    await world.browser?.close();
    await world.server?.stop();
  });
  return world;
}
