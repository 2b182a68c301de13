// A mail server that keeps what it is given: for journeys that begin with a letter. Speaks just enough SMTP.
import { createServer } from "node:net";
import { until } from "./server.mjs";

/** Quoted-printable (RFC 2045 §6.7), as UTF-8. */
function plain(text) {
  const joined = text.replace(/=\r?\n/g, "");
  const bytes = joined.replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

function letterOf(recipient, raw) {
  const at = raw.indexOf("\r\n\r\n");
  const head = raw.slice(0, at).replace(/\r\n[ \t]+/g, " ");
  const header = (name) => head.match(new RegExp(`^${name}: (.*)$`, "im"))?.[1] ?? "";
  const body = raw.slice(at + 4);
  const encoding = header("Content-Transfer-Encoding").toLowerCase();
  const text =
    encoding === "quoted-printable"
      ? plain(body)
      : encoding === "base64"
        ? Buffer.from(body, "base64").toString("utf8")
        : body;
  return { recipient, subject: header("Subject"), text };
}

export async function startMail() {
  const letters = [];
  const server = createServer((socket) => {
    let buffer = "";
    let recipient = "";
    let inside = false;
    const say = (line) => socket.write(`${line}\r\n`);
    say("220 catcher");
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      buffer += chunk.toString("latin1");
      for (;;) {
        if (inside) {
          const end = buffer.indexOf("\r\n.\r\n");
          if (end < 0) return;
          letters.push(letterOf(recipient, buffer.slice(0, end).replace(/^\.\./gm, ".")));
          buffer = buffer.slice(end + 5);
          inside = false;
          say("250 kept");
          continue;
        }
        const end = buffer.indexOf("\r\n");
        if (end < 0) return;
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        const verb = line.slice(0, 4).toUpperCase();
        if (verb === "EHLO" || verb === "HELO") say("250 catcher");
        else if (verb === "RCPT") {
          recipient = line.match(/<(.*)>/)?.[1] ?? "";
          say(recipient.startsWith("nobody@") ? "550 no such person" : "250 yes");
        } else if (verb === "DATA") {
          inside = true;
          say("354 go on");
        } else if (verb === "QUIT") {
          say("221 bye");
          socket.end();
        } else say("250 yes");
      }
    });
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `smtp://127.0.0.1:${server.address().port}`,
    letters,
    /** The newest letter to somebody that `wanted` holds for. */
    letter: (recipient, wanted = () => true) =>
      until(`a letter to ${recipient}`, () =>
        letters.findLast((each) => each.recipient === recipient && wanted(each)),
      ),
    stop: () => new Promise((done) => server.close(done)),
  };
}

/** The link in a letter, as a path of the page. */
export function linkOf(letter) {
  const link = letter.text.match(/https?:\/\/\S+/)?.[0];
  const { pathname, hash } = new URL(link);
  return pathname + hash;
}
