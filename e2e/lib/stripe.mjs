// A payment provider that speaks the part of Stripe's HTTP API that is used, with the pages on which people pay and leave
// cards, and signed messages that arrive late, twice and in the wrong order.
import { createHmac } from "node:crypto";
import { createServer } from "node:http";

export const KEY = "sk_test_forecourt";
export const SECRET = "whsec_forecourt";
const FEE = 35;

const card = (id, last4) => ({
  object: "payment_method", id, card: { brand: "visa", last4, exp_month: 12, exp_year: 2034 },
});

export async function startStripe() {
  const [intents, pages, cards, answered] = [new Map(), new Map(), new Map(), new Map()];
  const declined = new Set();
  /** Where messages go: set as soon as Forecourt has said it. */
  let events = "";
  let counter = 0;
  let address = "";
  const name = (kind) => `${kind}_${++counter}`;

  const taken = (intent, amount) => {
    Object.assign(intent, { status: "succeeded", amount_received: amount });
    intent.latest_charge = {
      amount_refunded: 0, balance_transaction: { fee: FEE, currency: intent.currency },
    };
    return intent;
  };
  const intentOf = (fields) => ({
    object: "payment_intent", id: name("pi"), amount: Number(fields.get("amount")), amount_received: 0,
    currency: fields.get("currency"), latest_charge: null,
  });

  const charge = (fields) => {
    const intent = intentOf(fields);
    intents.set(intent.id, intent);
    const method = [...cards.values()].flat().find((each) => each.id === fields.get("payment_method"));
    intent.payment_method = method;
    if (declined.has(method.card.last4)) {
      Object.assign(intent, {
        status: "requires_payment_method",
        last_payment_error: { code: "card_declined", decline_code: "insufficient_funds" },
      });
      const error = { type: "card_error", code: "card_declined", decline_code: "insufficient_funds", payment_intent: intent };
      return [402, { error }];
    }
    if (fields.get("capture_method") === "manual") {
      intent.status = "requires_capture";
      intent.latest_charge = { amount_refunded: 0, balance_transaction: null };
      return [200, intent];
    }
    return [200, taken(intent, intent.amount)];
  };

  const page = (fields) => {
    const id = name("cs");
    const made = {
      object: "checkout.session", id, mode: fields.get("mode"), status: "open", customer: fields.get("customer"),
      amount: Number(fields.get("line_items[0][price_data][unit_amount]")),
      currency: fields.get("currency") ?? fields.get("line_items[0][price_data][currency]"),
      back: fields.get("success_url"), url: `${address}/pay/${id}`,
    };
    pages.set(id, made);
    return [200, made];
  };

  const refund = (fields) => {
    const intent = intents.get(fields.get("payment_intent"));
    intent.latest_charge.amount_refunded += Number(fields.get("amount"));
    return [200, { id: name("re") }];
  };

  function api(method, path, fields) {
    const [kind, id, deed] = path.split("/").slice(2);
    if (path.endsWith("/expire")) return [200, Object.assign(pages.get(deed), { status: "expired" })];
    switch (`${method} ${kind}${id ? "/*" : ""}${deed ? `/${deed}` : ""}`) {
      case "GET account": return [200, { id: "acct_quay" }];
      case "POST customers": return [200, { id: name("cus") }];
      case "GET customers/*/payment_methods": return [200, { data: cards.get(id) ?? [] }];
      case "POST payment_methods/*/detach":
        for (const [who, all] of cards) cards.set(who, all.filter((each) => each.id !== id));
        return [200, {}];
      case "POST payment_intents": return charge(fields);
      case "GET payment_intents/*": return [200, intents.get(id)];
      case "POST payment_intents/*/capture":
        return [200, taken(intents.get(id), Number(fields.get("amount_to_capture")))];
      case "POST payment_intents/*/cancel": return [200, Object.assign(intents.get(id), { status: "canceled" })];
      case "POST refunds": return refund(fields);
      case "POST checkout/*": return page(fields);
      case `GET checkout/*/${deed}`: return [200, pages.get(deed)];
      default: return [404, { error: { code: "resource_missing", message: path } }];
    }
  }

  /** Tells Forecourt; answers its status. */
  async function tell(type, object, { id = name("evt"), secret = SECRET } = {}) {
    const body = JSON.stringify({ id, type, data: { object } });
    const seconds = Math.floor(Date.now() / 1000);
    const tag = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
    const headers = { "content-type": "application/json", "stripe-signature": `t=${seconds},v1=${tag}` };
    return (await fetch(events, { method: "POST", headers, body })).status;
  }

  /** What a person does on a page: messages come twice, and one that is older comes last. */
  async function pays(id, last4) {
    const found = pages.get(id);
    found.status = "complete";
    if (found.mode === "setup") {
      const left = { ...card(name("pm"), last4), customer: found.customer };
      cards.set(found.customer, [left, ...(cards.get(found.customer) ?? [])]);
      await tell("checkout.session.completed", found);
      return;
    }
    const intent = { ...intentOf(new Map([["amount", found.amount], ["currency", found.currency]])), payment_method: card(name("pm"), last4) };
    found.payment_intent = intent.id;
    intents.set(intent.id, taken(intent, found.amount));
    const done = { id: name("evt") };
    await tell("checkout.session.completed", found, done);
    await tell("checkout.session.completed", found, done);
    await tell("payment_intent.processing", { ...intent, status: "processing" });
  }

  const html = (id) => `<!doctype html><html lang="en"><title>Pay</title><main><h1>Payment page</h1>
    <form method="post" action="/pay/${id}"><label>Card number <input name="number" inputmode="numeric"></label>
    <button>Continue</button></form></main></html>`;

  const read = async (request) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    return new URLSearchParams(Buffer.concat(parts).toString());
  };

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, address);
    const fields = await read(request);
    if (pathname.startsWith("/pay/")) {
      const id = pathname.split("/")[2];
      if (request.method === "GET") return response.setHeader("content-type", "text/html").end(html(id));
      await pays(id, fields.get("number").slice(-4));
      return response.writeHead(303, { location: pages.get(id).back }).end();
    }
    const key = request.headers["idempotency-key"];
    const known = request.headers.authorization === `Bearer ${KEY}`;
    const [status, body] = !known
      ? [401, { error: { message: "no such key" } }]
      : (answered.get(key) ?? api(request.method, pathname, fields));
    if (known && key) answered.set(key, [status, body]);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  address = `http://127.0.0.1:${server.address().port}`;
  return {
    address,
    tell,
    intents,
    sendsTo: (url) => { events = url; },
    declines: (last4, does = true) => (does ? declined.add(last4) : declined.delete(last4)),
    close: () => server.close(),
  };
}
