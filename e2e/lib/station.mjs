// A small OCPP 1.6 charger: says what a journey tells it to, answers calls as the journey wants.
import WebSocket from "ws";
import { until } from "./server.mjs";

export class Charger {
  #socket;
  #next = 1;
  #waiting = new Map();
  /** Calls received: `{ action, payload }`. */
  calls = [];
  /** Answers by action; what is not here is accepted. */
  answers = {};
  /** A promise: nothing is answered before it is kept. */
  hold = null;

  /** `station` as the API returned it, with its password. */
  static async connect(station, { password = station.password, protocol = "ocpp1.6" } = {}) {
    const charger = new Charger();
    const headers = password
      ? { authorization: `Basic ${Buffer.from(`${station.identity}:${password}`).toString("base64")}` }
      : {};
    charger.#socket = new WebSocket(station.connection_urls[0], [protocol], { headers });
    charger.#socket.on("message", (text) => charger.#take(JSON.parse(String(text))));
    await new Promise((opened, failed) => {
      charger.#socket.once("open", opened);
      charger.#socket.once("error", failed);
    });
    return charger;
  }

  #take([type, id, ...rest]) {
    if (type !== 2) {
      const done = this.#waiting.get(id);
      this.#waiting.delete(id);
      done?.(type === 3 ? rest[0] : { error: rest[0] });
      return;
    }
    const [action, payload] = rest;
    this.calls.push({ action, payload });
    const answer = this.answers[action] ?? { status: "Accepted" };
    const send = () => this.#socket.send(JSON.stringify([3, id, typeof answer === "function" ? answer(payload) : answer]));
    if (this.hold) void this.hold.then(send);
    else send();
  }

  call(action, payload = {}) {
    const id = String(this.#next++);
    const answered = new Promise((done) => this.#waiting.set(id, done));
    this.#socket.send(JSON.stringify([2, id, action, payload]));
    return answered;
  }

  boot(more = {}) {
    return this.call("BootNotification", {
      chargePointVendor: "Voltaro",
      chargePointModel: "Pillar 22",
      firmwareVersion: "3.1.4",
      ...more,
    });
  }

  status(connectorId, status, more = {}) {
    return this.call("StatusNotification", {
      connectorId,
      status,
      errorCode: "NoError",
      timestamp: new Date().toISOString(),
      ...more,
    });
  }

  async start(connectorId, idTag, meterStart) {
    const answer = await this.call("StartTransaction", {
      connectorId,
      idTag,
      meterStart,
      timestamp: new Date().toISOString(),
    });
    return answer.transactionId;
  }

  meter(connectorId, transactionId, register, power) {
    return this.call("MeterValues", {
      connectorId,
      transactionId,
      meterValue: [
        {
          timestamp: new Date().toISOString(),
          sampledValue: [
            { value: String(register), measurand: "Energy.Active.Import.Register", unit: "Wh" },
            { value: String(power), measurand: "Power.Active.Import", unit: "W" },
          ],
        },
      ],
    });
  }

  stop(transactionId, meterStop, idTag) {
    return this.call("StopTransaction", {
      transactionId,
      meterStop,
      idTag,
      timestamp: new Date().toISOString(),
      reason: "Local",
    });
  }

  received(action) {
    return until(`the call ${action}`, () => this.calls.find((call) => call.action === action));
  }

  close() {
    this.#socket.close();
  }
}

/** One knock at the door: the HTTP status of the refusal, or 101. */
export function knock(url, identity, password) {
  return new Promise((done, failed) => {
    const headers = password
      ? { authorization: `Basic ${Buffer.from(`${identity}:${password}`).toString("base64")}` }
      : {};
    const socket = new WebSocket(`${url.replace("http", "ws")}/ocpp/${encodeURIComponent(identity)}`, ["ocpp1.6"], {
      headers,
    });
    socket.once("unexpected-response", (_, response) => {
      done(response.statusCode);
      socket.terminate();
    });
    socket.once("open", () => {
      done(101);
      socket.close();
    });
    socket.once("error", (error) => {
      if (!/Unexpected server response|closed before/.test(error.message)) failed(error);
    });
  });
}
