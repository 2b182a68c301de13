// The server goes away while somebody looks: the page says so and stays.
import { test } from "node:test";
import { openPage, signIn } from "../lib/browser.mjs";
import { withServer } from "../lib/journey.mjs";

const world = withServer();

test("a lost server is announced", async () => {
  const page = await openPage(world.browser, world.server);
  await signIn(page);
  await page.getByText("Live", { exact: true }).waitFor();
  await world.server.stop();
  await page.getByText("Reconnecting", { exact: true }).waitFor();
  await page.getByText("The server does not answer").waitFor();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
});
