// A day-ahead feed as Energi Data Service gives it: quarters of an hour, one constant price, and it can be out of order.
import { createServer } from "node:http";

const QUARTER = 900_000;
const DAY = 86_400_000;

/** `prices` are per MWh, by currency. `status` is what it answers with; `asked` are the questions it got. */
export async function startFeed(prices = { DKK: 800, EUR: 107.5 }) {
  const feed = { asked: [], status: 200, zones: ["DK1", "DK2"] };
  const server = createServer((request, answer) => {
    const url = new URL(request.url, "http://feed");
    feed.asked.push(Object.fromEntries(url.searchParams));
    if (feed.status !== 200) {
      answer.writeHead(feed.status).end();
      return;
    }
    const { PriceArea } = JSON.parse(url.searchParams.get("filter"));
    const records = [];
    const from = Date.parse(`${url.searchParams.get("start")}T00:00:00Z`);
    for (let at = from; at < Date.now() + 2 * DAY; at += QUARTER) {
      for (const zone of PriceArea.filter((each) => feed.zones.includes(each))) {
        records.push({
          TimeUTC: new Date(at).toISOString().slice(0, 19),
          PriceArea: zone,
          DayAheadPriceDKK: prices.DKK,
          DayAheadPriceEUR: prices.EUR,
        });
      }
    }
    answer.writeHead(200, { "content-type": "application/json" });
    answer.end(JSON.stringify({ total: records.length, dataset: "DayAheadPrices", records }));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  feed.url = `http://127.0.0.1:${server.address().port}/dataset/DayAheadPrices`;
  feed.stop = () => new Promise((done) => server.close(done));
  return feed;
}
