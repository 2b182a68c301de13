// Keys of programs: made with chosen rights and an end, rotated with an overlap, limited, revoked.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCalm, openPage, seriousFindings, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";

const world = withServer({}, async ({ api }) => {
  await api.site("Harbour");
});

const ask = (key, path = "/sites") =>
  fetch(`${world.server.url}/api/v1${path}`, { headers: { authorization: `Bearer ${key}` } });

test("a key is made, does what it may, is rotated, and is revoked", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.getByRole("link", { name: "API keys" }).click();
  await page.getByRole("button", { name: "New API key" }).click();
  let dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Billing export");
  await dialog.getByLabel("See charging sessions").check();
  assert.deepEqual(await seriousFindings(page), []);
  await dialog.getByRole("button", { name: "New API key" }).click();
  dialog = page.getByRole("dialog", { name: "Your new API key" });
  const first = (await dialog.locator("code").first().innerText()).trim();
  await dialog.getByRole("button", { name: "Done" }).click();
  assert.equal((await ask(first)).status, 200);
  assert.equal((await ask(first, "/sessions")).status, 200);
  assert.equal((await ask(first, "/id-tokens")).status, 403);
  assert.equal((await ask("fck_wrong")).status, 401);

  const row = page.getByRole("row", { name: /Billing export/ });
  await row.getByRole("button", { name: "Rotate" }).click();
  dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "The old key works for" }).click();
  await page.getByRole("option", { name: "1 hour" }).click();
  await dialog.getByRole("button", { name: "Rotate" }).click();
  dialog = page.getByRole("dialog", { name: "Your new API key" });
  const second = (await dialog.locator("code").first().innerText()).trim();
  await dialog.getByRole("button", { name: "Done" }).click();
  assert.notEqual(second, first);
  assert.equal((await ask(first)).status, 200, "both work while one changes over");
  assert.equal((await ask(second)).status, 200);
  const old = row.filter({ hasText: "Being replaced" });
  await old.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("row", { name: /Revoked/ }).waitFor();
  assert.equal((await ask(first)).status, 401);
  assert.equal((await ask(second)).status, 200);
  assertCalm(page);
});

test("a program that asks without end is told to wait", async () => {
  const key = await world.server.run(["api-key", "create", "--name", "hasty", "--scopes", "read"]);
  let refused;
  for (let round = 0; round < 40 && !refused; round += 1) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(key, "/organisations")));
    refused = answers.find((answer) => answer.status === 429);
    for (const answer of answers) await answer.arrayBuffer().catch(() => {});
  }
  assert.ok(refused, "2,000 requests at once are too many");
  assert.ok(Number(refused.headers.get("retry-after")) >= 1);
  const other = await world.server.run(["api-key", "create", "--name", "calm", "--scopes", "read"]);
  assert.equal((await ask(other)).status, 200, "another key goes on");
});
