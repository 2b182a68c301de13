// Pictures of every screen over the demonstration: light, dark and phone. Into screenshots/, which git ignores.
import { mkdirSync } from "node:fs";
import { launch, openPage, PHONE, signIn } from "./lib/browser.mjs";
import { openScreen, screens } from "./lib/screens.mjs";
import { startServer } from "./lib/server.mjs";

const OUT = new URL("./screenshots/", import.meta.url).pathname;
const MODES = [
  ["light", {}],
  ["dark", { dark: true }],
  ["phone", { viewport: PHONE }],
];

mkdirSync(OUT, { recursive: true });
const server = await startServer({ demo: true });
const browser = await launch();
try {
  const { demo } = await (await fetch(`${server.url}/api/v1/session`)).json();
  for (const [mode, options] of MODES) {
    const page = await openPage(browser, server, options);
    const shoot = (name) => page.screenshot({ path: `${OUT}${mode}-${name}.png`, fullPage: mode !== "phone" });
    await page.goto("/");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await shoot("sign-in");
    await signIn(page, demo);
    const first = async (path) =>
      page.evaluate(async (route) => (await (await fetch(`/api/v1${route}`)).json()).items[0], path);
    const session = await first("/sessions?status=ended&limit=1");
    const ids = { session: session.id, station: session.station_id, site: session.site_id };
    for (const [name, path] of screens(ids)) {
      await openScreen(page, path);
      await page.waitForLoadState("networkidle", { timeout: 1_500 }).catch(() => {});
      await shoot(name);
    }
    if (page.troubles.length > 0) console.error(mode, page.troubles);
  }
  console.log(`written to ${OUT}`);
} finally {
  await browser.close();
  await server.stop();
}
