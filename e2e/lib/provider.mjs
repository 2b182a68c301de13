// An OpenID Connect provider as a company runs one, with a page on which one says who one is. It holds each code against
// what it was asked with.
import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createServer } from "node:http";

export const CLIENT = { id: "forecourt", secret: "a secret of the company" };

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

export async function startProvider() {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const codes = new Map();
  let issuer = "";
  /** What the next token says besides what it should. */
  let twist = {};

  const token = (claims) => {
    const text = `${part({ alg: "RS256", kid: "1", typ: "JWT" })}.${part(claims)}`;
    return `${text}.${sign("sha256", Buffer.from(text), privateKey).toString("base64url")}`;
  };

  const page = (query) => `<!doctype html><html lang="en"><title>Company login</title><main><h1>Company login</h1>
    <form action="/approve"><label>Who are you? <input name="email"></label>
    ${[...query].map(([name, value]) => `<input type="hidden" name="${name}" value="${encodeURIComponent(value)}">`).join("")}
    <button>Continue</button><button name="no" value="1">Cancel</button></form></main></html>`;

  const answers = {
    "/.well-known/openid-configuration": () => ({
      issuer,
      authorization_endpoint: `${issuer}/authorise`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      token_endpoint_auth_methods_supported: ["client_secret_post"],
    }),
    "/keys": () => ({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1", use: "sig", alg: "RS256" }] }),
  };

  const approve = (query) => {
    const asked = (name) => decodeURIComponent(query.get(name) ?? "");
    const back = new URL(asked("redirect_uri"));
    back.searchParams.set("state", asked("state"));
    if (query.get("no")) {
      back.searchParams.set("error", "access_denied");
      return back.href;
    }
    const now = Math.floor(Date.now() / 1000);
    const email = query.get("email");
    const claims = {
      iss: issuer, aud: asked("client_id"), sub: `of ${email}`, iat: now, exp: now + 300, nonce: asked("nonce"),
      email, email_verified: true, name: email.split("@")[0], ...twist,
    };
    twist = {};
    const code = randomUUID();
    codes.set(code, { claims, challenge: asked("code_challenge") });
    back.searchParams.set("code", code);
    return back.href;
  };

  const exchange = (form) => {
    if (form.get("client_id") !== CLIENT.id || form.get("client_secret") !== CLIENT.secret) {
      return [401, { error: "invalid_client" }];
    }
    const kept = codes.get(form.get("code"));
    codes.delete(form.get("code"));
    const challenge = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
    if (!kept || kept.challenge !== challenge) return [400, { error: "invalid_grant" }];
    return [200, { token_type: "Bearer", access_token: "x", id_token: token(kept.claims) }];
  };

  const server = createServer(async (request, answer) => {
    const url = new URL(request.url, issuer);
    const json = (status, body) => answer.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (url.pathname === "/authorise") {
      answer.writeHead(200, { "content-type": "text/html" }).end(page(url.searchParams));
    } else if (url.pathname === "/approve") {
      answer.writeHead(303, { location: approve(url.searchParams) }).end();
    } else if (url.pathname === "/token") {
      let body = "";
      for await (const chunk of request) body += chunk;
      json(...exchange(new URLSearchParams(body)));
    } else if (answers[url.pathname]) json(200, answers[url.pathname]());
    else json(404, {});
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  issuer = `http://127.0.0.1:${server.address().port}`;
  return {
    issuer,
    /** Changes what the next token says. */
    willSay: (claims) => (twist = claims),
    stop: () => new Promise((done) => { server.close(done); server.closeAllConnections(); }),
  };
}
