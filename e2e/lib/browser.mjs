// A real Chromium. Every page is watched: an error in its console, or a breach of its policy, fails the journey.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { ADMIN } from "./server.mjs";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** Milliseconds for a click or a wait; a debug build beside other work is slow. */
const PATIENCE = 20_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const launch = () => chromium.launch({ executablePath: EXECUTABLE, args: ARGS });

export const PHONE = { width: 390, height: 844 };

/**
 * A page in a context of its own. `expected` are parts of console errors that belong to the journey: the browser
 * writes one for every answer with a status of 400 or more.
 */
export async function openPage(browser, server, { viewport, dark = false, expected = [] } = {}) {
  const context = await browser.newContext({
    baseURL: server.url,
    viewport: viewport ?? { width: 1360, height: 860 },
    colorScheme: dark ? "dark" : "light",
    reducedMotion: "reduce",
    timezoneId: "Europe/Copenhagen",
    locale: "en-GB",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  page.troubles = [];
  page.on("pageerror", (error) => page.troubles.push(error.message));
  page.on("console", (message) => {
    const text = message.text();
    if (message.type() === "error" && !expected.some((part) => text.includes(part))) page.troubles.push(text);
  });
  return page;
}

export function assertCalm(page) {
  assert.deepEqual(page.troubles, [], "errors in the page's console");
}

export async function signIn(page, { email, password } = ADMIN) {
  await page.goto("/");
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
}

/** What axe finds to be serious or worse on the page as it stands. */
export async function seriousFindings(page) {
  // By evaluation, not as a script element: the page's own policy stays in force.
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      where: nodes.slice(0, 5).map((node) => `${node.target.join(" ")} ${node.any[0]?.message ?? ""}`),
    }));
  });
  return found.filter((each) => each.impact === "serious" || each.impact === "critical");
}
