// Ways in without a password of ours: the company's own provider, and passkeys.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertCalm, openPage, PHONE, seriousFindings, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { CLIENT, startProvider } from "../lib/provider.mjs";
import { ADMIN } from "../lib/server.mjs";

// Passkeys want a name in the address.
const world = withServer({ host: "localhost", env: { FORECOURT_OUTSIDE_HOSTS: "127.0.0.1" } });
let provider;
before(async () => {
  provider = await startProvider();
});
after(() => provider?.stop());

async function leave(page, email) {
  await page.goto("/");
  await page.getByLabel("E-mail").fill("somebody@fjord.example");
  await page.getByRole("button", { name: "Single sign-on" }).click();
  await page.getByRole("heading", { name: "Company login" }).waitFor();
  await page.getByLabel("Who are you?").fill(email);
}

test("an administrator connects the company's provider, and colleagues come by it", async () => {
  const admin = await openPage(world.browser, world.server, { expected: ["422"] });
  await signIn(admin);
  await admin.goto("/organisation?tab=sign_in");
  await admin.getByText("/api/v1/session/provider/return").waitFor();
  await admin.getByLabel("Issuer").fill(`${provider.issuer}/wrong`);
  await admin.getByLabel("Client ID").fill(CLIENT.id);
  await admin.getByRole("textbox", { name: "Client secret" }).fill(CLIENT.secret);
  await admin.getByLabel("E-mail domains").first().fill("fjord.example");
  await admin.keyboard.press("Enter");
  await admin.getByRole("button", { name: "Check and save" }).click();
  await admin.getByText("does not belong to an OpenID Connect provider").waitFor();
  await admin.getByLabel("Issuer").fill(provider.issuer);
  await admin.getByRole("combobox", { name: "Who comes without an invitation" }).click();
  await admin.getByRole("option", { name: "Support" }).click();
  await admin.getByRole("button", { name: "Check and save" }).click();
  await admin.getByText("Kept. Type a new one").waitFor();
  assert.deepEqual(await seriousFindings(admin), []);

  const page = await openPage(world.browser, world.server, { expected: ["404"] });
  await page.goto("/");
  await page.getByRole("button", { name: "Single sign-on" }).click();
  await page.getByText("Your address tells us which provider to ask").waitFor();
  await page.getByLabel("E-mail").fill("ole@nowhere.example");
  await page.getByRole("button", { name: "Single sign-on" }).click();
  await page.getByText("No organisation signs in by a provider with this address").waitFor();

  await leave(page, "ole@fjord.example");
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("You cancelled at the provider").waitFor();
  provider.willSay({ email_verified: false });
  await leave(page, "ole@fjord.example");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("does not say that your e-mail address is verified").waitFor();
  provider.willSay({ nonce: "another" });
  await leave(page, "ole@fjord.example");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("could not be verified").waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  await leave(page, "ole@fjord.example");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await page.goto("/account");
  await page.getByText("You signed in by your organisation's provider").waitFor();
  assert.equal(await page.getByRole("heading", { name: "Second factor" }).count(), 0);
  assert.ok(await page.getByRole("textbox", { name: "Name", exact: true }).isDisabled());
  assertCalm(page);

  await admin.goto("/operators");
  await admin.getByText("ole@fjord.example").waitFor();
  await admin.goto("/audit");
  await admin.getByText("Single sign-on set up").first().waitFor();
  assertCalm(admin);
});

test("by single sign-on only: passwords no longer do, an administrator's does", async () => {
  const admin = await openPage(world.browser, world.server);
  await signIn(admin);
  await admin.goto("/organisation?tab=sign_in");
  await admin.getByLabel("By single sign-on only").check();
  await admin.getByRole("button", { name: "Check and save" }).click();
  await admin.getByRole("alert").filter({ hasText: "Saved" }).first().waitFor();
  const again = await openPage(world.browser, world.server, { viewport: PHONE });
  await signIn(again);
  await admin.getByRole("button", { name: "End single sign-on" }).click();
  const dialog = admin.getByRole("dialog");
  await dialog.getByText("Everybody who came by the provider is signed out").waitFor();
  await dialog.getByRole("button", { name: "End single sign-on" }).click();
  await admin.getByText("Off", { exact: true }).waitFor();
  assertCalm(admin);
});

test("a passkey is added, opens the account without a password, and is removed", async () => {
  const page = await openPage(world.browser, world.server, { expected: ["409", "422"] });
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true,
      isUserVerified: true, automaticPresenceSimulation: true,
    },
  });
  await signIn(page);
  await page.goto("/account");
  await page.getByText("No passkeys yet").waitFor();
  await page.getByRole("button", { name: "Add a passkey" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Laptop <b>");
  await dialog.getByRole("textbox", { name: "Your present password" }).fill("not it");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByText("this is not your password").waitFor();
  await dialog.getByRole("textbox", { name: "Your present password" }).fill(ADMIN.password);
  await dialog.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("cell", { name: "Laptop <b>" }).waitFor();
  assert.deepEqual(await seriousFindings(page), []);

  await page.context().clearCookies();
  await page.goto("/account");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  // The address stayed: one lands where one wanted to go.
  await page.getByRole("heading", { level: 1, name: "Your account" }).waitFor();
  const row = page.getByRole("row").filter({ hasText: "Laptop <b>" });
  await row.waitFor();
  assert.equal(await row.getByText("Never").count(), 0, "when it was used is shown");
  await row.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("No passkeys yet").waitFor();

  await page.context().clearCookies();
  await page.goto("/");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByText("this passkey is not known here").waitFor();
  assertCalm(page);
});
