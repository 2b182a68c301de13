// What every file of journeys begins with: one server, one browser, both ended at the end.
import { after, before } from "node:test";
import { launch } from "./browser.mjs";
import { startMail } from "./mail.mjs";
import { apiOf, startServer } from "./server.mjs";

/** `mail` starts a mail server beside it, which keeps the letters. Filled before the first test runs; `prepare` then does what the journeys of the file need beforehand. */
export function withServer(options = {}, prepare = async () => {}) {
  const world = {};
  before(async () => {
    if (options.mail) world.mail = await startMail();
    const env = { ...options.env, ...(world.mail ? { FORECOURT_SMTP: world.mail.url } : {}) };
    world.server = await startServer({ ...options, env });
    world.browser = await launch();
    if (options.admin !== false) world.api = await apiOf(world.server);
    await prepare(world);
  });
  after(async () => {
    await world.browser?.close();
    await world.server?.stop();
    await world.mail?.stop();
  });
  return world;
}
