// One exchange in the text form of the golden conversations (crates/forecourt-ocpp/tests/golden): what is copied here is
// put into a file there, and `UPDATE_EXPECT=1` fills in what the library makes of it. Pure.
import type { Message, Station } from "@/api/types";

type About = Pick<Station, "identity" | "vendor" | "model" | "firmware" | "protocol">;

/** A frame is one line of the script; JSON outside of texts may be broken into lines, a text never is. */
const line = (frame: string): string => frame.replaceAll(/[\r\n]+/g, " ").trim();

/** The answer of a station names our call by its id, which is another one when the script runs. */
function withoutId(frame: string): string {
  try {
    const parsed: unknown = JSON.parse(frame);
    if (Array.isArray(parsed) && typeof parsed[1] === "string") {
      return JSON.stringify([parsed[0], "%ID", ...parsed.slice(2)]);
    }
  } catch {
    // What is no JSON is kept as it came: that may be what the test is about.
  }
  return line(frame);
}

function payloadOf(frame: string): string {
  try {
    const parsed: unknown = JSON.parse(frame);
    if (Array.isArray(parsed)) return JSON.stringify(parsed[3] ?? {});
  } catch {
    // Ours are always JSON; if one is not, its test has to be written by hand.
  }
  return "{}";
}

export function asTest(message: Message, station: About): string {
  const who = [station.vendor, station.model, station.firmware].filter(Boolean).join(" ");
  const lines = [
    `# ${message.action} ${message.direction === "received" ? "of" : "to"} ${line(who) || "a charger"}`,
    `version ${station.protocol ?? "ocpp1.6"}`,
    `now ${message.at}`,
  ];
  if (message.direction === "received") {
    lines.push(`< ${line(message.request)}`);
    if (message.response !== null) lines.push(`> ${line(message.response)}`);
  } else {
    lines.push(`message ${message.action} ${payloadOf(message.request)}`, `> ${line(message.request)}`);
    if (message.response !== null) lines.push(`< ${withoutId(message.response)}`);
  }
  return `${lines.join("\n")}\n`;
}
