// A program that is told: keeps every request whole, and answers with the status a journey wants.
import { createHmac } from "node:crypto";
import { createServer } from "node:http";

export async function listen() {
  const listener = { requests: [], status: 200 };
  const server = createServer((request, answer) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      listener.requests.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
      answer.writeHead(listener.status).end();
    });
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  listener.url = `http://127.0.0.1:${server.address().port}/told`;
  listener.stop = () => new Promise((done) => server.close(done));
  return listener;
}

/** What the header `webhook-signature` must hold (Standard Webhooks). */
export function signatureOf(secret, { headers, body }) {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  return `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
}
