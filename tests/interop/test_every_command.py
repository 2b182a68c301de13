"""Every command of the API's own shape becomes valid frames in each version that can express it, and what a member must not
hold is refused before anything is sent, just as the official schema would refuse it."""

import asyncio
import copy
import json
import random
import re

import pytest
from instances import SEED, instances
from jsonschema import FormatChecker
from jsonschema.validators import validator_for
from station import ask, connection, in_background, schema_of
from test_every_message import VERSIONS, boot, messages, snake

SOON = "2030-01-01T00:00:00Z"
# A time as the schemas mean it by `format`, which a validator does not look at unless it is told how.
FORMATS = FormatChecker(formats=())
FORMATS.checks("date-time")(
    lambda value: not isinstance(value, str)
    or bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", value))
)
PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
HASH = {"algorithm": "SHA256", "issuer_name_hash": "aa", "issuer_key_hash": "bb", "serial": "01"}
VARIABLE = {"component": "OCPPCommCtrlr", "name": "HeartbeatInterval"}
LOG = {"command": "read_log", "location": "https://example.org/log"}
FIRMWARE = {"command": "update_firmware", "location": "https://example.org/f", "retrieve_at": SOON}
SIGNED = {"signing_certificate": PEM, "signature": "c2lnbmF0dXJl", "install_at": SOON}


def profile(purpose, kind, unit="milli_amps", **more):
    starts = {} if kind == "relative" else {"starts_at": SOON}
    schedule = {"unit": unit, "duration_s": 3600, "periods": [{"start_s": 0, "limit": 16_300, "phases": 3}], **starts}
    return {"id": 7, "stack_level": 1, "purpose": purpose, "kind": kind, "schedules": [schedule], **more}


def commands(token):
    return [
        {"command": "start_session", "evse": 1, "id_token": token},
        {"command": "start_session", "id_token": token},
        {"command": "reset", "kind": "soft"},
        {"command": "reset", "kind": "hard", "evse": 1},
        {"command": "unlock", "evse": 1, "connector": 1},
        {"command": "set_availability", "operative": False, "evse": 1, "connector": 1},
        {"command": "set_availability", "operative": True},
        {"command": "read_variables", "variables": [VARIABLE]},
        {"command": "read_variables", "variables": [{"component": "EVSE[evse=1]", "name": "Power"}]},
        {"command": "read_variables"},
        {"command": "write_variable", "value": "60", **VARIABLE},
        {"command": "write_variable", "value": "60", "name": "HeartbeatInterval"},
        {"command": "read_inventory"},
        *({"command": "trigger", "message": message, "evse": 1} for message in (
            "boot_notification", "status_notification", "heartbeat", "meter_values", "firmware_status", "log_status",
            "transaction_event", "sign_station_certificate", "sign_v2g_certificate", "diagnostics_status",
            "publish_firmware_status",
        )),
        {"command": "clear_cache"},
        {"command": "data_transfer", "vendor": "Interop", "message": "m", "data": "d"},
        {"command": "set_charging_profile", "profile": profile("station_max", "absolute", "watts")},
        {"command": "set_charging_profile", "evse": 1, "profile": profile("default", "recurring", recurrency="daily")},
        {"command": "set_charging_profile", "evse": 1, "profile": profile("default", "relative", valid_to=SOON)},
        {"command": "set_charging_profile", "evse": 1, "profile": profile("priority", "absolute")},
        {"command": "set_charging_profile", "evse": 1, "profile": profile("default", "dynamic")},
        {"command": "clear_charging_profiles"},
        {"command": "clear_charging_profiles", "id": 7},
        {"command": "clear_charging_profiles", "evse": 1, "purpose": "default", "stack_level": 1},
        {"command": "read_composite_schedule", "evse": 1, "duration_s": 600, "unit": "watts"},
        {"command": "reserve", "reservation": 4, "evse": 1, "id_token": token, "group": "FLEET", "expires_at": SOON},
        {"command": "cancel_reservation", "reservation": 4},
        {"command": "send_local_list", "version": 3, "differential": False, "entries": []},
        {"command": "send_local_list", "version": 4, "differential": True, "entries": [
            {"uid": token, "kind": "rfid", "verdict": "accepted", "expires_at": SOON, "group": "FLEET"},
            {"uid": "GONE", "kind": "rfid", "verdict": None},
        ]},
        {"command": "read_local_list_version"},
        FIRMWARE,
        {**FIRMWARE, **SIGNED},
        *({**LOG, "kind": kind} for kind in ("diagnostics", "diagnostics_log", "security_log", "data_collector_log")),
        {"command": "certificate_signed", "chain": PEM},
        {"command": "certificate_signed", "chain": PEM, "certificate_use": "v2g20", "request_id": 5},
        *({"command": "install_certificate", "trust": trust, "certificate": PEM} for trust in (
            "csms", "manufacturer", "v2g_root", "mobility_operator_root", "oem_root",
        )),
        {"command": "delete_certificate", "hash": HASH},
        {"command": "read_installed_certificates"},
        {"command": "read_installed_certificates", "uses": ["csms"]},
        {"command": "set_network_profile", "slot": 1, "url": "wss://example.org/ocpp", "security_profile": 2},
        {"command": "set_network_profile", "slot": 1, "url": "wss://example.org/ocpp", "security_profile": 2,
         "identity": "INT", "password": "a password of twenty"},
    ]


async def refusing(frames, seen):
    """A station that refuses everything: what matters is what it was asked."""
    while True:
        frame = json.loads(await frames.recv())
        if frame[0] == 2:
            seen.append(frame[2])
            await frames.send(json.dumps([4, frame[1], "NotSupported", "", {}]))


@pytest.mark.parametrize("version", VERSIONS)
def test_every_command_is_valid_where_it_can_be_said(csms, version):
    """(Every call is held against its schema as it comes in.)"""
    token = csms.add_token()
    typed = {row["action"] for row in messages(csms, version) if row["command"]}

    async def run():
        station_id, identity, password = csms.add_station()
        async with connection(csms, identity, password, version) as frames:
            await boot(frames)
            await start_session(frames, token)
            seen = []
            answering = asyncio.create_task(refusing(frames, seen))
            running = await in_background(csms.sessions, station_id)
            stop = {"command": "stop_session", "session_id": running[0]["id"]}
            for_session = {**profile("transaction", "relative")}
            of_session = {"command": "set_charging_profile", "evse": 1, "session_id": running[0]["id"], "profile": for_session}
            for command in [*commands(token), of_session, stop]:
                before = len(seen)
                outcome = await in_background(csms.command, station_id, **command)
                assert not answering.done(), (command, answering.exception())
                if outcome["outcome"] == "impossible":
                    assert outcome["detail"], command
                else:
                    assert outcome["outcome"] == "error" and len(seen) > before, (command, outcome)
            answering.cancel()
            assert typed <= set(seen), f"never sent: {typed - set(seen)}"

    asyncio.run(run())


async def start_session(frames, token):
    if frames.version == "1.6":
        start = {"connectorId": 1, "idTag": token, "meterStart": 0, "timestamp": "2026-01-01T00:00:00Z"}
        await ask(frames, "start", "StartTransaction", start)
        return
    event = {
        "eventType": "Started",
        "timestamp": "2026-01-01T00:00:00Z",
        "triggerReason": "Authorized",
        "seqNo": 0,
        "transactionInfo": {"transactionId": "every-command"},
        "evse": {"id": 1},
        "idToken": {"idToken": token, "type": "ISO14443"},
    }
    await ask(frames, "start", "TransactionEvent", event)


def spoiled(payload, dice):
    """The payload with one thing wrong somewhere in it, perhaps."""
    payload = copy.deepcopy(payload)
    holders = []

    def walk(value):
        if isinstance(value, (dict, list)) and value:
            holders.append(value)
            for inner in value.values() if isinstance(value, dict) else value:
                walk(inner)

    walk(payload)
    if not holders:
        return {"nobody": "knows this"}
    holder = dice.choice(holders)
    key = dice.choice(sorted(holder)) if isinstance(holder, dict) else dice.randrange(len(holder))
    wrong = dice.choice(["gone", "extra", None, "x" * 20_000, -1, 2**40, 0.5, True, [], {}, [1, 2, 3, 4, 5, 6, 7, 8, 9]])
    if wrong == "gone":
        holder.pop(key)
    elif wrong == "extra" and isinstance(holder, dict):
        holder["nobody knows this"] = 1
    else:
        holder[key] = wrong
    return payload


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
def test_what_the_official_schema_refuses_is_not_sent(csms, version):
    by_members = [row["action"] for row in messages(csms, version) if row["from_csms"] and row["command"] is None]

    async def run():
        station_id, identity, password = csms.add_station()
        async with connection(csms, identity, password, version) as frames:
            await boot(frames)
            seen = []
            answering = asyncio.create_task(refusing(frames, seen))
            refused = 0
            for action in by_members:
                schema = schema_of(version, action, False)
                official = validator_for(schema)(schema, format_checker=FORMATS)
                for number, payload in enumerate(instances(version, action, False, 2)):
                    members = spoiled(payload, random.Random(f"{SEED} {action} {number}"))
                    before = len(seen)
                    # A missing request id is ours to fill in.
                    told = {"requestId": 1, **members} if "requestId" in schema.get("required", []) else members
                    outcome = await in_background(csms.command, station_id, command=snake(action), **members)
                    assert not answering.done(), answering.exception()
                    if official.is_valid(told):
                        assert outcome["outcome"] == "error" and len(seen) > before, (action, members, outcome)
                    else:
                        assert outcome["outcome"] == "impossible" and len(seen) == before, (action, members, outcome)
                        refused += 1
            answering.cancel()
            assert refused > len(by_members), "most of what was tried was wrong"

    asyncio.run(run())
