"""docs/ocpp-coverage.md, made from what the running server does: every action of the official schemas is sent to it, and
every command of the API is sent through it. Run with FORECOURT_WRITE=1 to write the table, otherwise it must be fresh."""

import asyncio
import json
import os
from importlib.resources import files
from pathlib import Path

import pytest
from station import PACKAGES, ask, connection, in_background

DOCUMENT = Path(__file__).parents[2] / "docs" / "ocpp-coverage.md"
VERSIONS = ["1.6", "2.0.1", "2.1"]

# What a station says. Everything else is said by the CSMS; DataTransfer goes both ways.
FROM_STATIONS = {
    "Authorize",
    "BatterySwap",
    "BootNotification",
    "ClearedChargingLimit",
    "ClosePeriodicEventStream",
    "DataTransfer",
    "DiagnosticsStatusNotification",
    "FirmwareStatusNotification",
    "Get15118EVCertificate",
    "GetCertificateChainStatus",
    "GetCertificateStatus",
    "Heartbeat",
    "LogStatusNotification",
    "MeterValues",
    "NotifyChargingLimit",
    "NotifyCustomerInformation",
    "NotifyDERAlarm",
    "NotifyDERStartStop",
    "NotifyDisplayMessages",
    "NotifyEVChargingNeeds",
    "NotifyEVChargingSchedule",
    "NotifyEvent",
    "NotifyMonitoringReport",
    "NotifyPriorityCharging",
    "NotifyReport",
    "NotifySettlement",
    "NotifyWebPaymentStarted",
    "OpenPeriodicEventStream",
    "PublishFirmwareStatusNotification",
    "PullDynamicScheduleUpdate",
    "ReportChargingProfiles",
    "ReportDERControl",
    "ReservationStatusUpdate",
    "SecurityEventNotification",
    "SignCertificate",
    "SignedFirmwareStatusNotification",
    "StartTransaction",
    "StatusNotification",
    "StopTransaction",
    "TransactionEvent",
    "VatNumberValidation",
}
# Sent without waiting for an answer (message type 6): a test that waits for one would wait in vain.
WITHOUT_ANSWER = {"NotifyPeriodicEventStream"}

VARIABLE = {"component": "OCPPCommCtrlr", "name": "HeartbeatInterval"}
COMMANDS = [
    {"command": "start_session", "evse": 1},
    {"command": "reset", "kind": "soft"},
    {"command": "unlock", "evse": 1, "connector": 1},
    {"command": "set_availability", "operative": True, "evse": 1},
    {"command": "read_variables", "variables": [VARIABLE]},
    {"command": "write_variable", "value": "60", **VARIABLE},
    {"command": "read_inventory"},
    {"command": "trigger", "message": "heartbeat"},
    {"command": "clear_cache"},
    {"command": "data_transfer", "vendor": "Interop"},
    {"command": "stop_session"},
]


def official(version):
    """Every action that has a schema in this version."""
    ending = ".json" if version == "1.6" else "Request.json"
    names = [path.name for path in files("ocpp").joinpath(PACKAGES[version], "schemas").iterdir()]
    names = [name for name in names if name.endswith(ending) and not name.endswith("Response.json")]
    return {name.removesuffix(ending) for name in names} - WITHOUT_ANSWER


async def begin(frames, token):
    """Boots and starts a session, so that there is something to stop."""
    if frames.version == "1.6":
        await ask(frames, "boot", "BootNotification", {"chargePointVendor": "I", "chargePointModel": "C"})
        start = {"connectorId": 1, "idTag": token, "meterStart": 0, "timestamp": "2026-01-01T00:00:00Z"}
        await ask(frames, "start", "StartTransaction", start)
        return
    station = {"vendorName": "I", "model": "C"}
    await ask(frames, "boot", "BootNotification", {"reason": "PowerUp", "chargingStation": station})
    event = {
        "eventType": "Started",
        "timestamp": "2026-01-01T00:00:00Z",
        "triggerReason": "Authorized",
        "seqNo": 0,
        "transactionInfo": {"transactionId": "coverage"},
        "evse": {"id": 1},
        "idToken": {"idToken": token, "type": "ISO14443"},
    }
    await ask(frames, "start", "TransactionEvent", event)


async def served(frames):
    """Actions of a station that are not refused as such: an empty payload may be, for what it lacks."""
    found = set()
    for action in sorted(official(frames.version) & FROM_STATIONS):
        frame = await ask(frames, f"try-{action}"[:36], action, {})
        if frame[0] == 3 or frame[2] not in ("NotSupported", "NotImplemented"):
            found.add(action)
    return found


async def commanded(csms, frames, station_id, token):
    """Actions that the API's commands become."""
    seen = set()

    async def refuse_all():
        while True:
            frame = json.loads(await frames.recv())
            if frame[0] == 2:
                seen.add(frame[2])
                await frames.send(json.dumps([4, frame[1], "NotSupported", "", {}]))

    answering = asyncio.create_task(refuse_all())
    session = (await in_background(csms.sessions, station_id))[0]["id"]
    for command in COMMANDS:
        more = {"start_session": {"id_token": token}, "stop_session": {"session_id": session}}
        await in_background(csms.command, station_id, **command, **more.get(command["command"], {}))
    answering.cancel()
    await asyncio.gather(answering, return_exceptions=True)
    return seen


async def observe(csms, version):
    token = csms.add_token()
    station_id, identity, password = csms.add_station()
    async with connection(csms, identity, password, version) as frames:
        await begin(frames, token)
        sent = await commanded(csms, frames, station_id, token)
        return sent, await served(frames)


def table(title, actions, versions, word):
    lines = [f"## {title}", "", "| Action | " + " | ".join(VERSIONS) + " |", "|---|" + "---|" * len(VERSIONS)]
    for action in sorted(actions):
        cells = [word(version, action) if action in official(version) else "" for version in versions]
        lines.append(f"| {action} | " + " | ".join(cells) + " |")
    return lines


def document(observed):
    everything = set().union(*(official(version) for version in VERSIONS))

    def from_station(version, action):
        return "read" if action in observed[version][1] else "refused"

    def from_us(version, action):
        return "command" if action in observed[version][0] else "raw call"

    lines = [
        "# OCPP coverage",
        "",
        "Generated by `FORECOURT_WRITE=1 make interop` from what the running server does; do not edit. An empty cell means that",
        "the version does not have the action.",
        "",
        *table("From a station", everything & FROM_STATIONS, VERSIONS, from_station),
        "",
        "*read*: read tolerantly, kept in the log and answered. *refused*: answered with NotSupported, and kept in the log.",
        "",
        *table("From us", (everything - FROM_STATIONS) | {"DataTransfer"}, VERSIONS, from_us),
        "",
        "*command*: one of the API's commands becomes it. *raw call*: an expert can send it with any payload.",
        "",
    ]
    return "\n".join(lines)


def test_the_coverage_document_is_fresh(csms):
    observed = {version: asyncio.run(observe(csms, version)) for version in VERSIONS}
    wanted = document(observed)
    if os.environ.get("FORECOURT_WRITE"):
        DOCUMENT.write_text(wanted)
    if not DOCUMENT.exists() or DOCUMENT.read_text() != wanted:
        pytest.fail("docs/ocpp-coverage.md is not what it would be now: FORECOURT_WRITE=1 make interop, and commit it")
