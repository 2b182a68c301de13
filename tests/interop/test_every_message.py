"""Every message of the official schemas, both ways, against the running server: whatever they call valid is taken from a
station and answered validly, and whatever we send is valid."""

import asyncio
import json
import re

import pytest
from instances import instances
from jsonschema.validators import validator_for
from shapes import schemas
from station import WITHOUT_ANSWER, ask, connection, in_background, now, schema_of

VERSIONS = ["1.6", "2.0.1", "2.1"]
# Payloads by chance, beside the smallest, the longest and the fullest: a message of a station is answered in a
# millisecond, a command goes through the whole API.
BY_CHANCE = 4
BY_CHANCE_SENT = 1


def messages(csms, version):
    """What the server says of the messages of a version: each of the official ones."""
    listed = csms.get(f"/ocpp/{version}/messages")["items"]
    assert sorted(message["action"] for message in listed) == sorted({name for name, _, _ in schemas(version)})
    return listed


def snake(action):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", action).lower()


async def boot(frames):
    if frames.version == "1.6":
        payload = {"chargePointVendor": "Interop", "chargePointModel": "Every"}
    else:
        payload = {"reason": "PowerUp", "chargingStation": {"vendorName": "Interop", "model": "Every"}}
    frame = await ask(frames, "boot", "BootNotification", payload)
    assert frame[2]["status"] == "Accepted"


@pytest.mark.parametrize("version", VERSIONS)
def test_whatever_is_valid_is_taken_and_answered(csms, version):
    """(Every answer is held against its schema as it comes in.)"""
    actions = [message["action"] for message in messages(csms, version) if message["from_station"]]

    async def run():
        _, identity, password = csms.add_station()
        async with connection(csms, identity, password, version) as frames:
            await boot(frames)
            for action in actions:
                for number, payload in enumerate(instances(version, action, False, BY_CHANCE)):
                    if action in WITHOUT_ANSWER:
                        await frames.send(json.dumps([6, f"{number}", action, payload]))
                        continue
                    frame = await ask(frames, f"{action}-{number}"[:36], action, payload)
                    assert frame[0] == 3, (action, payload, frame)
            # Nothing was sent in answer to what wants none: the next frame is that of the next call.
            await ask(frames, "last", "Heartbeat", {})

    asyncio.run(run())


@pytest.mark.parametrize("version", VERSIONS)
def test_whatever_is_valid_can_be_sent_and_its_answers_are_read(csms, version):
    """(Every call is held against its schema as it comes in.)"""
    rows = [message for message in messages(csms, version) if message["from_csms"]]

    async def run():
        station_id, identity, password = csms.add_station()
        async with connection(csms, identity, password, version) as frames:
            await boot(frames)
            answers = {}
            seen = []

            async def station():
                while True:
                    frame = json.loads(await frames.recv())
                    if frame[0] == 2 and frame[2] in answers:
                        seen.append(frame[2])
                        await frames.send(json.dumps([3, frame[1], answers[frame[2]]]))
                    elif frame[0] == 2:
                        # What the server asks of its own accord.
                        await frames.send(json.dumps([4, frame[1], "NotSupported", "", {}]))

            answering = asyncio.create_task(station())
            for row in rows:
                action = row["action"]
                requests = instances(version, action, False, BY_CHANCE_SENT)
                responses = instances(version, action, True, BY_CHANCE_SENT)
                for members, answers[action] in zip(requests, responses):
                    seen.clear()
                    if row["command"] is None:
                        outcome = await in_background(csms.command, station_id, command=snake(action), **members)
                    else:
                        outcome = await in_background(csms.call, station_id, action, members)
                    assert not answering.done(), answering.exception()
                    assert outcome["outcome"] in ("accepted", "refused", "answered"), (action, members, outcome)
                    assert action in seen
                    answer = outcome["answer"]
                    answer = json.loads(answer) if isinstance(answer, str) else answer
                    assert answer == answers[action], action
                del answers[action]
            answering.cancel()

    asyncio.run(run())


@pytest.mark.parametrize("version", VERSIONS)
def test_the_forms_ask_for_what_the_official_schemas_ask_for(csms, version):
    for message in messages(csms, version):
        action = message["action"]
        ours = csms.get(f"/ocpp/{version}/messages/{action}")
        official = schema_of(version, action, False)
        members = [name for name in official["properties"] if name != "customData"]
        assert list(ours["properties"]) == members, "in the order of the specification"
        assert sorted(ours.get("required", [])) == sorted(official.get("required", []))
        smallest = next(instances(version, action, False, 0))
        validator_for(ours)(ours).validate(smallest)


def test_what_a_version_does_not_have_is_refused_before_anything_is_sent(csms):
    async def run():
        station_id, identity, password = csms.add_station()
        async with connection(csms, identity, password, "2.0.1") as frames:
            await boot(frames)
            for command, members in [
                ("set_default_tariff", {"evseId": 0}),
                ("set_display_message", {"message": {"id": 1}}),
                ("set_monitoring_level", {"severity": "high"}),
                ("get_report", {"componentCriteria": []}),
            ]:
                outcome = await in_background(csms.command, station_id, command=command, **members)
                assert outcome["outcome"] == "impossible" and outcome["detail"], outcome
            await ask(frames, "last", "Heartbeat", {})
            sent = {frame[2] for frame in frames.received if frame[0] == 2}
            assert not sent & {"SetDefaultTariff", "SetDisplayMessage", "SetMonitoringLevel", "GetReport"}

    asyncio.run(run())


def test_a_2_0_1_station_has_no_words_of_2_1(csms):
    only_new = {message["action"] for message in messages(csms, "2.1") if message["from_station"]}
    only_new -= {message["action"] for message in messages(csms, "2.0.1")}
    assert len(only_new) >= 12

    async def run():
        _, identity, password = csms.add_station()
        async with connection(csms, identity, password, "2.0.1") as frames:
            await boot(frames)
            for action in sorted(only_new):
                frame = await ask(frames, action[:36], action, {})
                assert frame[0] == 4 and frame[2] == "NotImplemented", (action, frame)

    asyncio.run(run())


def test_an_answer_that_cannot_be_used_is_told_in_2_1(csms):
    """CALLRESULTERROR, both ways."""

    async def run():
        station_id, identity, password = csms.add_station()
        async with connection(csms, identity, password, "2.1") as frames:
            await boot(frames)
            await frames.send(json.dumps([5, "boot", "FormatViolation", "I cannot read that", {}]))
            asking = asyncio.create_task(in_background(csms.command, station_id, command="clear_cache"))
            while True:
                frame = json.loads(await asyncio.wait_for(frames.recv(), 15))
                if frame[0] == 2:
                    await frames.send(json.dumps([3, frame[1], ["Accepted"]]))
                elif frame[0] == 5:
                    break
            assert frame[2] == "FormatViolation"
            outcome = await asking
            assert outcome["outcome"] == "error", outcome
            await ask(frames, "last", "Heartbeat", {})

    asyncio.run(run())


def test_stream_data_is_kept_and_not_answered(csms):
    async def run():
        station_id, identity, password = csms.add_station()
        async with connection(csms, identity, password, "2.1") as frames:
            await boot(frames)
            data = {"id": 4, "pending": 0, "basetime": now(), "data": [{"t": 0.5, "v": "230"}]}
            await frames.send(json.dumps([6, "stream", "NotifyPeriodicEventStream", data]))
            await ask(frames, "last", "Heartbeat", {})
            assert not [frame for frame in frames.received if frame[1] == "stream"]
        return station_id

    station_id = asyncio.run(run())
    logged = csms.get(f"/stations/{station_id}/messages")["items"]
    kept = [message for message in logged if message["action"] == "NotifyPeriodicEventStream"]
    assert len(kept) == 1 and kept[0]["outcome"] == "ok", logged
