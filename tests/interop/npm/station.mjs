// A charging station made of the npm package `ocpp-rpc`, which holds every frame of both sides against its own schemas:
// one session that the CSMS starts and stops. Told what to do by its arguments; tells what happened as lines of JSON.
//
//   node station.mjs ENDPOINT IDENTITY PASSWORD VERSION
import { RPCClient, createRPCError } from "ocpp-rpc";

const [endpoint, identity, password, version] = process.argv.slice(2);
const isOld = version === "1.6";
const protocol = `ocpp${version}`;

const tell = (what, more = {}) => console.log(JSON.stringify({ what, ...more }));
const now = () => new Date().toISOString();

const station = new RPCClient({
  endpoint,
  identity,
  password,
  protocols: [protocol],
  // The package's own schemas of 2.1 are not complete; tests/interop holds those frames against the official ones.
  strictMode: version !== "2.1",
  reconnect: false,
  callTimeoutMs: 15_000,
});
// A frame that breaks its schema must not pass, whoever sent it.
station.on("strictValidationFailure", ({ error, method, isCall }) => {
  tell("invalid", { method, isCall, error: error.message });
  process.exitCode = 1;
});

// What the CSMS asks. Each resolves once.
const asked = {};
const asking = (name) => new Promise((resolve) => (asked[name] = resolve));
const started = asking("start");
const stopped = asking("stop");
const answers = {
  [isOld ? "RemoteStartTransaction" : "RequestStartTransaction"]: (params) => {
    asked.start(params);
    return { status: "Accepted" };
  },
  [isOld ? "RemoteStopTransaction" : "RequestStopTransaction"]: (params) => {
    asked.stop(params);
    return { status: "Accepted" };
  },
  Reset: () => ({ status: "Accepted" }),
  ClearCache: () => ({ status: "Rejected" }),
  SetChargingProfile: () => ({ status: "Accepted" }),
  GetLocalListVersion: () => (isOld ? { listVersion: 0 } : { versionNumber: 0 }),
};
station.handle(({ method, params }) => {
  tell("asked", { method, params });
  const answer = answers[method];
  if (!answer) throw createRPCError("NotImplemented");
  return answer(params);
});

async function old() {
  const boot = await station.call("BootNotification", { chargePointVendor: "Interop", chargePointModel: "Node" });
  tell("booted", { status: boot.status });
  await station.call("Heartbeat", {});
  const status = (word) =>
    station.call("StatusNotification", { connectorId: 1, errorCode: "NoError", status: word, timestamp: now() });
  await status("Preparing");
  tell("ready");
  const { idTag } = await started;
  const authorized = await station.call("Authorize", { idTag });
  const begun = await station.call("StartTransaction", { connectorId: 1, idTag, meterStart: 1000, timestamp: now() });
  tell("started", { authorized: authorized.idTagInfo.status, status: begun.idTagInfo.status });
  await status("Charging");
  const { transactionId } = begun;
  const sampledValue = [{ value: "1500", measurand: "Energy.Active.Import.Register", unit: "Wh" }];
  await station.call("MeterValues", { connectorId: 1, transactionId, meterValue: [{ timestamp: now(), sampledValue }] });
  tell("charging");
  const stop = await stopped;
  await station.call("StopTransaction", { transactionId, meterStop: 3000, timestamp: now(), reason: "Remote", idTag });
  tell("ended", { same: stop.transactionId === transactionId });
  await status("Available");
}

async function current() {
  const chargingStation = { vendorName: "Interop", model: "Node" };
  const boot = await station.call("BootNotification", { reason: "PowerUp", chargingStation });
  tell("booted", { status: boot.status });
  await station.call("Heartbeat", {});
  const status = (connectorStatus) =>
    station.call("StatusNotification", { connectorStatus, evseId: 1, connectorId: 1, timestamp: now() });
  await status("Occupied");
  tell("ready");
  const { idToken, remoteStartId } = await started;
  const authorized = await station.call("Authorize", { idToken });
  const transactionId = `node-${process.pid}`;
  let seqNo = 0;
  const event = (eventType, triggerReason, register, more = {}, info = {}) =>
    station.call("TransactionEvent", {
      eventType,
      triggerReason,
      timestamp: now(),
      seqNo: seqNo++,
      transactionInfo: { transactionId, ...info },
      evse: { id: 1, connectorId: 1 },
      meterValue: [{ timestamp: now(), sampledValue: [{ value: register }] }],
      ...more,
    });
  const begun = await event("Started", "RemoteStart", 1000, { idToken }, { remoteStartId, chargingState: "Charging" });
  tell("started", { authorized: authorized.idTokenInfo.status, status: begun.idTokenInfo.status });
  await event("Updated", "MeterValuePeriodic", 1500);
  tell("charging");
  const stop = await stopped;
  await event("Ended", "RemoteStop", 3000, {}, { stoppedReason: "Remote" });
  tell("ended", { same: stop.transactionId === transactionId });
  await status("Available");
}

await station.connect();
tell("connected", { protocol: station.protocol });
await (isOld ? old() : current());
await station.close();
tell("closed");
