// Every screen, and how to get it: for pictures and for the accessibility check.

/** `ids` are those of a charger and a session that exist. */
export const screens = (ids) => [
  ["overview", "/"],
  ["overview-revenue", "/?tab=revenue"],
  ["overview-utilisation", "/?tab=utilisation"],
  ["overview-sustainability", "/?tab=sustainability"],
  ["overview-performance", "/?tab=performance&by=evse"],
  ["chargers", "/chargers"],
  ["charger", `/chargers/${ids.station}`],
  ["charger-timeline", `/chargers/${ids.station}?tab=timeline`],
  ["charger-record", `/chargers/${ids.station}?tab=record`],
  ["charger-log", `/chargers/${ids.station}?tab=log`],
  ["charger-sessions", `/chargers/${ids.station}?tab=sessions`],
  ["charger-settings", `/chargers/${ids.station}?tab=settings`],
  ["charger-held", `/chargers/${ids.station}?tab=held`],
  ["charger-security", `/chargers/${ids.station}?tab=security`],
  ["charger-conformance", `/chargers/${ids.station}?tab=conformance`],
  ["charger-expert", `/chargers/${ids.station}?tab=expert&message=Reset`],
  ["charger-commands", `/chargers/${ids.station}?tab=commands`],
  ["unknown-chargers", "/chargers/unknown"],
  ["sessions", "/sessions"],
  ["sessions-live", "/sessions?view=live"],
  ["session", `/sessions/${ids.session}`],
  ["sites", "/sites"],
  ["sites-map", "/sites?view=map"],
  ["site", `/sites/${ids.site}`],
  ["site-details", `/sites/${ids.site}?tab=details`],
  ["site-record", `/sites/${ids.site}?tab=record`],
  ["home-chargers", "/chargers?tab=home"],
  ["bulk-actions", "/bulk"],
  ["charge-keys", "/charge-keys"],
  ["security", "/security"],
  ["settings", "/settings"],
  ["operators", "/operators"],
  ["invite", "/operators?invite=1"],
  ["api-keys", "/api-keys"],
  ["audit", "/audit"],
  ["letters", "/audit?tab=letters"],
  ["account", "/account"],
  ["campaigns", "/firmware"],
  ["add-charger", "/chargers?add=1"],
  ["add-site", "/sites?add=1"],
  ["add-charge-key", "/charge-keys?add=1"],
  ["api-reference", "/api/docs"],
];

export async function openScreen(page, path) {
  await page.goto(path, { waitUntil: "load" });
  await page.locator("h1").first().waitFor();
  await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
}
