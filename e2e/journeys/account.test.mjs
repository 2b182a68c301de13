// One's own account: a forgotten password, a second factor, and where one is signed in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ADMIN } from "../lib/server.mjs";
import { assertCalm, openPage, seriousFindings, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";
import { linkOf } from "../lib/mail.mjs";
import { codeOf } from "../lib/totp.mjs";

const world = withServer({ mail: true });
const FRESH = { email: ADMIN.email, password: "a wholly new sentence" };

test("a forgotten password is replaced by a letter that works once", async () => {
  const old = await openPage(world.browser, world.server, { expected: ["401"] });
  await signIn(old);
  const page = await openPage(world.browser, world.server, { expected: ["404"] });
  await page.goto("/");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByLabel("E-mail").fill("stranger@example.org");
  await page.getByRole("button", { name: "Send the link" }).click();
  const answer = await page.getByRole("status").first().innerText();
  await page.goto("/forgot-password");
  await page.getByLabel("E-mail").fill(ADMIN.email);
  await page.getByRole("button", { name: "Send the link" }).click();
  assert.equal(await page.getByRole("status").first().innerText(), answer, "the same for a stranger");
  const letter = await world.mail.letter(ADMIN.email);
  assert.equal(world.mail.letters.filter((each) => each.recipient === "stranger@example.org").length, 0);
  await page.goto(linkOf(letter));
  await page.getByRole("textbox", { name: "New password" }).fill(FRESH.password);
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByText("Your password is set").waitFor();
  await page.goto("about:blank");
  await page.goto(linkOf(letter));
  await page.getByRole("textbox", { name: "New password" }).fill("another sentence");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByRole("alert").filter({ hasText: "ask for a new one" }).waitFor();
  await signIn(page, FRESH);
  await old.goto("/chargers");
  await old.getByRole("heading", { name: "Sign in" }).waitFor();
  assertCalm(page);
});

test("a second factor is set up, asked for, replaced by a recovery code, and turned off", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page, FRESH);
  await page.getByRole("button", { name: /Account of/ }).click();
  await page.getByRole("menuitem", { name: "Your account" }).click();
  await page.getByRole("heading", { level: 1, name: "Your account" }).waitFor();
  await page.getByRole("button", { name: "Set up" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("img", { name: /QR code/ }).waitFor();
  const secret = await dialog.locator("code").first().innerText();
  await dialog.getByLabel("Code", { exact: true }).fill(codeOf(secret));
  await dialog.getByRole("button", { name: "Turn on" }).click();
  await page.getByRole("dialog").getByText("Each works once").waitFor();
  const recovery = await page.getByRole("dialog").locator("code").first().innerText();
  await page.getByRole("button", { name: "I have kept them" }).click();
  await page.getByText("Recovery codes left: 8").waitFor();
  assert.deepEqual(await seriousFindings(page), []);

  const other = await openPage(world.browser, world.server, { expected: ["422"] });
  const password = async () => {
    await other.goto("/");
    await other.getByLabel("E-mail").fill(FRESH.email);
    await other.getByRole("textbox", { name: "Password" }).fill(FRESH.password);
    await other.getByRole("button", { name: "Sign in", exact: true }).click();
    await other.getByRole("heading", { name: "One more step" }).waitFor();
  };
  await password();
  // The code of the set-up was taken: no code works twice.
  await other.getByLabel("Code").fill(codeOf(secret, Date.now() - 90_000));
  await other.getByRole("button", { name: "Sign in", exact: true }).click();
  await other.getByText("this code is wrong or was used").waitFor();
  await other.getByLabel("Code").fill(recovery.toLowerCase());
  await other.getByRole("button", { name: "Sign in", exact: true }).click();
  await other.getByRole("heading", { level: 1, name: "Overview" }).waitFor();

  // The first browser ends the second one's login.
  await page.reload();
  await page.getByText("Recovery codes left: 7").waitFor();
  await page.getByRole("button", { name: "Sign out there" }).first().click();
  await page.getByText("Signed out there").waitFor();
  await page.getByRole("button", { name: "Turn off" }).click();
  await page.getByRole("dialog").getByLabel("Your present password").fill(FRESH.password);
  await page.getByRole("dialog").getByRole("button", { name: "Turn off" }).click();
  await page.getByRole("button", { name: "Set up" }).waitFor();
  assertCalm(page);
});

test("a person's language follows them, and the organisation can demand a second factor", async () => {
  const page = await openPage(world.browser, world.server, { expected: ["409", "403"] });
  await signIn(page, FRESH);
  await page.goto("/operators");
  await page.getByRole("button", { name: "Demand it of everybody" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Demand it of everybody" }).click();
  await page.getByText("set up your own second factor first").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();

  await page.goto("/account");
  await page.getByRole("button", { name: "Set up" }).click();
  const secret = await page.getByRole("dialog").locator("code").first().innerText();
  // The step of the first set-up may be the present one still: the next is taken too.
  await page.getByRole("dialog").getByLabel("Code", { exact: true }).fill(codeOf(secret, Date.now() + 30_000));
  await page.getByRole("dialog").getByRole("button", { name: "Turn on" }).click();
  await page.getByRole("button", { name: "I have kept them" }).click();
  await page.goto("/operators");
  await page.getByRole("button", { name: "Demand it of everybody" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Demand it of everybody" }).click();
  await page.getByText("Everybody needs a second factor").waitFor();

  await world.server.run(["user", "add", "kim@example.org", "--name", "Kim", "--role", "support"], {
    FORECOURT_PASSWORD: "kim kim kim kim",
  });
  const kim = await openPage(world.browser, world.server, { expected: ["403"] });
  await kim.goto("/chargers");
  await kim.getByLabel("E-mail").fill("kim@example.org");
  await kim.getByRole("textbox", { name: "Password" }).fill("kim kim kim kim");
  await kim.getByRole("button", { name: "Sign in", exact: true }).click();
  await kim.getByText("Your organisation demands a second factor").waitFor();
  const answer = await kim.evaluate(() => fetch("/api/v1/stations").then((each) => each.status));
  assert.equal(answer, 403);
});
