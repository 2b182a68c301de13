// Pictures of every screen over the made-up network, for looking at: light, dark and phone. Into e2e/screenshots.
// Start the page first: `FORECOURT_MOCK=1 npx vite preview --port 4173`.
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

const BASE = process.env.BASE ?? "http://localhost:4173";
const OUT = new URL("../../e2e/screenshots/", import.meta.url).pathname;
const only = process.argv[2];
const modes = (process.argv[3] ?? "light,dark,phone").split(",");

const SCREENS = [
  ["overview", "/"],
  ["chargers", "/chargers"],
  ["chargers-filtered", "/chargers?status=Charging&online=true"],
  ["charger", "/chargers/st-7"],
  [
    "charger-log",
    "/chargers/st-1?tab=log",
    (page) => page.getByRole("cell", { name: "Authorize", exact: true }).first().click(),
  ],
  ["charger-sessions", "/chargers/st-1?tab=sessions"],
  ["charger-settings", "/chargers/st-1?tab=settings"],
  ["charger-deviations", "/chargers/st-2?tab=deviations"],
  [
    "charger-reset",
    "/chargers/st-1",
    (page) => page.getByRole("button", { name: "Reset", exact: true }).click(),
  ],
  [
    "charger-unlock",
    "/chargers/st-1",
    async (page) => {
      await page.getByRole("button", { name: "Actions" }).click();
      await page.getByRole("menuitem", { name: "Unlock plug" }).click();
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByText("UnlockFailed").first().waitFor();
    },
  ],
  ["charger-add", "/chargers?add=1", (page) => page.getByLabel("No password").click()],
  ["unknown", "/chargers/unknown"],
  ["sessions", "/sessions"],
  ["session", "/sessions/se-1"],
  ["session-review", "/sessions/se-18"],
  ["sites", "/sites"],
  ["site", "/sites/site-1"],
  ["site-add", "/sites?add=1"],
  ["charge-keys", "/charge-keys"],
  ["settings", "/settings"],
  [
    "palette",
    "/",
    async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByPlaceholder("Charger, site or page").fill("kie");
      await page.getByText("KIE-001").first().waitFor();
    },
  ],
  ["not-found", "/nowhere"],
];

mkdirSync(OUT, { recursive: true });
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
for (const mode of modes) {
  const context = await browser.newContext({
    viewport: mode === "phone" ? { width: 390, height: 844 } : { width: 1360, height: 860 },
    colorScheme: mode === "dark" ? "dark" : "light",
    timezoneId: "Europe/Berlin",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.on(
    "console",
    (message) => message.type() === "error" && console.log(mode, page.url(), message.text()),
  );
  page.on("pageerror", (error) => console.log(mode, page.url(), error.message));
  for (const [name, path, act] of SCREENS) {
    if (only && only !== "all" && !only.split(",").includes(name)) continue;
    await page.goto(BASE + path);
    await page.waitForLoadState("load");
    await page.locator("h1, main").first().waitFor();
    try {
      if (act && !(mode === "phone" && name === "palette")) await act(page);
    } catch (error) {
      console.log(mode, name, String(error).split("\n")[0]);
    }
    await page.waitForTimeout(700);
    await page.screenshot({ path: `${OUT}${mode}-${name}.png`, fullPage: !act && mode !== "phone" });
  }
  await context.close();
}
await browser.close();
