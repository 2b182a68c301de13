"""The other way round: our simulated stations in front of a CSMS that is not ours. Every frame they send is held against
the official schema; every command gets an answer that is valid too."""

import asyncio
import json
import os
import subprocess

import pytest
import websockets
from jsonschema.validators import validator_for
from station import SUBPROTOCOLS, now, schema_of

IDENTITY = "SIMULATED-1"
PASSWORD = "a-secret-for-simulation"

START = {
    "1.6": ("RemoteStartTransaction", {"connectorId": 1, "idTag": "TAG"}),
    "2.0.1": ("RequestStartTransaction", {"remoteStartId": 7, "idToken": {"idToken": "TAG", "type": "Central"}}),
}
COMMANDS = {
    "1.6": [
        ("GetConfiguration", {}),
        ("GetConfiguration", {"key": ["HeartbeatInterval", "Nope"]}),
        ("ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": "2"}),
        ("TriggerMessage", {"requestedMessage": "StatusNotification"}),
        ("TriggerMessage", {"requestedMessage": "MeterValues", "connectorId": 1}),
        ("ChangeAvailability", {"connectorId": 0, "type": "Operative"}),
        ("DataTransfer", {"vendorId": "Nobody"}),
        ("ClearCache", {}),
    ],
    "2.0.1": [
        ("GetBaseReport", {"requestId": 5, "reportBase": "FullInventory"}),
        (
            "GetVariables",
            {
                "getVariableData": [
                    {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}},
                    {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "Nope"}},
                ]
            },
        ),
        (
            "SetVariables",
            {
                "setVariableData": [
                    {
                        "component": {"name": "SampledDataCtrlr"},
                        "variable": {"name": "TxUpdatedInterval"},
                        "attributeValue": "2",
                    }
                ]
            },
        ),
        ("TriggerMessage", {"requestedMessage": "StatusNotification", "evse": {"id": 1, "connectorId": 1}}),
        ("TriggerMessage", {"requestedMessage": "MeterValues"}),
        ("ChangeAvailability", {"operationalStatus": "Operative"}),
        ("DataTransfer", {"vendorId": "Nobody"}),
        ("ClearCache", {}),
    ],
}


def answer(version, action):
    if action == "BootNotification":
        return {"status": "Accepted", "currentTime": now(), "interval": 300}
    if action == "Heartbeat":
        return {"currentTime": now()}
    if action == "StartTransaction":
        return {"transactionId": 4711, "idTagInfo": {"status": "Accepted"}}
    if action == "Authorize":
        return {"idTagInfo" if version == "1.6" else "idTokenInfo": {"status": "Accepted"}}
    return {}


class Csms:
    """Answers everything, validates everything, and lets a test wait for what it needs."""

    def __init__(self, version):
        self.version = version
        self.calls = []
        self.answers = {}
        self.asked = {}
        self.moved = asyncio.Condition()
        self.socket = None
        self.failure = None

    async def serve(self, socket):
        self.socket = socket
        try:
            async for text in socket:
                await self.take(json.loads(text))
        except websockets.ConnectionClosed:
            pass
        except Exception as failure:  # noqa: BLE001 - handed to the test, which raises it
            self.failure = failure
        async with self.moved:
            self.moved.notify_all()

    async def take(self, frame):
        if frame[0] == 2:
            _, message_id, action, payload = frame
            self.validate(action, payload, False)
            await self.socket.send(json.dumps([3, message_id, answer(self.version, action)]))
            self.calls.append((action, payload))
        else:
            assert frame[0] == 3, frame
            self.validate(self.asked[frame[1]], frame[2], True)
            self.answers[frame[1]] = frame[2]
        async with self.moved:
            self.moved.notify_all()

    def validate(self, action, payload, is_answer):
        schema = schema_of(self.version, action, is_answer)
        validator_for(schema)(schema).validate(payload)

    async def until(self, found):
        async with asyncio.timeout(30):
            async with self.moved:
                while True:
                    if self.failure:
                        raise self.failure
                    if value := found():
                        return value
                    await self.moved.wait()

    async def command(self, message_id, action, payload):
        self.asked[message_id] = action
        await self.socket.send(json.dumps([2, message_id, action, payload]))
        await self.until(lambda: message_id in self.answers)
        return self.answers[message_id]

    def said(self, action, **members):
        return [p for a, p in self.calls if a == action and all(p.get(k) == v for k, v in members.items())]


async def play(version):
    csms = Csms(version)
    async with websockets.serve(csms.serve, "127.0.0.1", 0, subprotocols=[SUBPROTOCOLS[version]]) as server:
        port = server.sockets[0].getsockname()[1]
        command = [
            os.path.abspath(os.environ.get("FORECOURT_BIN", "../../target/debug/forecourt")),
            *("simulate", "--url", f"ws://127.0.0.1:{port}/ocpp", "--identity", IDENTITY),
            *("--version", version, "--password", PASSWORD, "--scenario", "idle", "--dc", "--kilowatts", "150"),
        ]
        station = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            await converse(csms)
        finally:
            station.kill()
            station.wait()


async def converse(csms):
    version = csms.version
    await csms.until(lambda: len(csms.said("StatusNotification")) >= 2)
    assert csms.calls[0][0] == "BootNotification"
    assert csms.socket.request.path == f"/ocpp/{IDENTITY}"
    for number, (action, payload) in enumerate(COMMANDS[version]):
        await csms.command(f"c{number}", action, payload)
    if version == "2.0.1":
        await csms.until(lambda: csms.said("NotifyReport", tbc=False))
    action, payload = START[version]
    assert (await csms.command("start", action, payload))["status"] == "Accepted"
    if version == "1.6":
        await csms.until(lambda: len(csms.said("MeterValues", transactionId=4711)) >= 2)
        stop, name = "RemoteStopTransaction", 4711
    else:
        await csms.until(lambda: len(csms.said("TransactionEvent", triggerReason="MeterValuePeriodic")) >= 2)
        name = csms.said("TransactionEvent", eventType="Started")[0]["transactionInfo"]["transactionId"]
        stop = "RequestStopTransaction"
    assert (await csms.command("stop", stop, {"transactionId": name}))["status"] == "Accepted"
    ended = {"1.6": ("StopTransaction", {}), "2.0.1": ("TransactionEvent", {"eventType": "Ended"})}[version]
    await csms.until(lambda: csms.said(ended[0], **ended[1]))
    unlock = {"connectorId": 1} if version == "1.6" else {"evseId": 1, "connectorId": 1}
    assert (await csms.command("unlock", "UnlockConnector", unlock))["status"] == "Unlocked"
    kind = "Soft" if version == "1.6" else "Immediate"
    assert (await csms.command("reset", "Reset", {"type": kind}))["status"] == "Accepted"
    await csms.until(lambda: len(csms.said("BootNotification")) == 2)


@pytest.mark.parametrize("version", ["1.6", "2.0.1"])
def test_a_simulated_station_speaks_valid_ocpp(version):
    asyncio.run(play(version))
