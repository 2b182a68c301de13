"""OCPP 1.6 with an outside client: a whole session, and what goes wrong in the field."""

import asyncio
import uuid

from csms import eventually
from ocpp.routing import on
from ocpp.v16 import ChargePoint, call, call_result
from station import ask, charge_point, connection, in_background, now

VENDOR = "Interop"


class Station(ChargePoint):
    """Answers commands and starts and stops when asked."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.seen = []
        self.transaction = None

    async def boot(self):
        answer = await self.call(call.BootNotification(charge_point_vendor=VENDOR, charge_point_model="Python"))
        assert answer.status == "Accepted" and answer.interval > 0
        for connector in (0, 1):
            await self.status("Available", connector)

    async def status(self, status, connector=1, error="NoError"):
        await self.call(call.StatusNotification(connector_id=connector, error_code=error, status=status, timestamp=now()))

    async def start_transaction(self, token, register):
        answer = await self.call(
            call.StartTransaction(connector_id=1, id_tag=token, meter_start=register, timestamp=now())
        )
        self.transaction = answer.transaction_id
        return answer

    async def meter(self, register, power):
        values = [
            {"value": str(register), "measurand": "Energy.Active.Import.Register", "unit": "Wh"},
            {"value": str(power), "measurand": "Power.Active.Import", "unit": "W"},
        ]
        value = {"timestamp": now(), "sampled_value": values}
        await self.call(call.MeterValues(connector_id=1, transaction_id=self.transaction, meter_value=[value]))

    async def stop_transaction(self, register, reason="Local"):
        return await self.call(
            call.StopTransaction(transaction_id=self.transaction, meter_stop=register, timestamp=now(), reason=reason)
        )

    @on("RemoteStartTransaction")
    def on_start(self, id_tag, **more):
        self.seen.append(("start", id_tag))
        return call_result.RemoteStartTransaction(status="Accepted")

    @on("RemoteStopTransaction")
    def on_stop(self, transaction_id):
        self.seen.append(("stop", transaction_id))
        return call_result.RemoteStopTransaction(status="Accepted" if transaction_id == self.transaction else "Rejected")

    @on("Reset")
    def on_reset(self, type):
        self.seen.append(("reset", type))
        return call_result.Reset(status="Accepted")

    @on("UnlockConnector")
    def on_unlock(self, connector_id):
        self.seen.append(("unlock", connector_id))
        return call_result.UnlockConnector(status="UnlockFailed")

    @on("ChangeAvailability")
    def on_availability(self, connector_id, type):
        self.seen.append(("availability", connector_id, type))
        return call_result.ChangeAvailability(status="Scheduled")

    @on("GetConfiguration")
    def on_get(self, key=None):
        known = [{"key": "HeartbeatInterval", "readonly": False, "value": "300"}]
        return call_result.GetConfiguration(configuration_key=known, unknown_key=[k for k in key or [] if k == "Nope"])

    @on("ChangeConfiguration")
    def on_change(self, key, value):
        self.seen.append(("change", key, value))
        return call_result.ChangeConfiguration(status="RebootRequired")

    @on("TriggerMessage")
    def on_trigger(self, requested_message, connector_id=None):
        self.seen.append(("trigger", requested_message))
        return call_result.TriggerMessage(status="NotImplemented")

    @on("ClearCache")
    def on_clear(self):
        return call_result.ClearCache(status="Accepted")

    @on("DataTransfer")
    def on_data(self, vendor_id, **more):
        return call_result.DataTransfer(status="UnknownVendorId")


def connected(csms, identity, password):
    return charge_point(Station, csms, identity, password, "1.6")


def test_a_whole_session(csms):
    token = csms.add_token(alias="Interop driver")
    station_id, identity, password = csms.add_station()
    assert csms.station(station_id)["online"] is False

    async def drive():
        async with connected(csms, identity, password) as station:
            await station.boot()
            shown = await in_background(csms.station, station_id)
            assert (shown["online"], shown["vendor"], shown["protocol"]) == (True, VENDOR, "ocpp1.6")
            await station.status("Preparing")
            authorised = await station.call(call.Authorize(id_tag=token))
            assert authorised.id_tag_info["status"] == "Accepted"
            started = await station.start_transaction(token, 1_000)
            assert started.id_tag_info["status"] == "Accepted" and started.transaction_id > 0
            await station.status("Charging")
            assert await in_background(csms.connector_status, station_id) == "Charging"
            for n in range(1, 5):
                await station.meter(1_000 + 250 * n, 7_400)
            running = (await in_background(csms.sessions, station_id))[0]
            assert (running["status"], running["energy_wh"]) == ("active", 1_000)
            await station.status("SuspendedEV")
            assert await in_background(csms.connector_status, station_id) == "SuspendedEV"
            await station.stop_transaction(2_345)
            await station.status("Finishing")
            await station.status("Available")
            await station.call(call.Heartbeat())

    asyncio.run(drive())
    session = csms.sessions(station_id)[0]
    assert session["station_id"] == station_id and session["evse"] == 1 and session["id_token"] == token
    assert (session["status"], session["energy_wh"], session["stop_reason"]) == ("ended", 1_345, "Local")
    assert session["ended_at"] is not None
    assert csms.connector_status(station_id) == "Available"
    eventually(lambda: csms.station(station_id)["online"], lambda online: online is False)


def test_tokens_that_may_not_charge(csms):
    blocked = csms.add_token(status="blocked")
    expired = csms.add_token(expires_at="2020-01-01T00:00:00Z")
    _, identity, password = csms.add_station()

    async def drive():
        async with connected(csms, identity, password) as station:
            await station.boot()
            for token, wanted in (("NOBODY", "Invalid"), (blocked, "Blocked"), (expired, "Expired")):
                answer = await station.call(call.Authorize(id_tag=token))
                assert answer.id_tag_info["status"] == wanted, token

    asyncio.run(drive())


def test_commands_and_their_literal_answers(csms):
    token = csms.add_token()
    station_id, identity, password = csms.add_station()
    commands = [
        ({"command": "start_session", "evse": 1, "id_token": token}, "accepted", "Accepted"),
        ({"command": "reset", "kind": "soft"}, "accepted", "Accepted"),
        ({"command": "unlock", "evse": 1}, "refused", "UnlockFailed"),
        ({"command": "set_availability", "operative": False, "evse": 1}, "accepted", "Scheduled"),
        ({"command": "write_variable", "name": "HeartbeatInterval", "value": "60"}, "accepted", "RebootRequired"),
        ({"command": "trigger", "message": "meter_values", "evse": 1}, "refused", "NotImplemented"),
        ({"command": "clear_cache"}, "accepted", "Accepted"),
        ({"command": "data_transfer", "vendor": "Other", "data": "x"}, "refused", "UnknownVendorId"),
    ]

    async def drive():
        async with connected(csms, identity, password) as station:
            await station.boot()
            for body, outcome, status in commands:
                answer = await in_background(csms.command, station_id, **body)
                assert (answer["outcome"], answer["status"]) == (outcome, status), body
                assert status in answer["answer"], "the station's literal answer is shown"
            read = await in_background(csms.command, station_id, command="read_variables")
            assert read["outcome"] == "accepted" and "HeartbeatInterval" in read["answer"]
            assert ("start", token) in station.seen and ("reset", "Soft") in station.seen

            await station.start_transaction(token, 0)
            session = (await in_background(csms.sessions, station_id))[0]
            stopped = await in_background(csms.command, station_id, command="stop_session", session_id=session["id"])
            assert stopped["outcome"] == "accepted" and ("stop", station.transaction) in station.seen
            await station.stop_transaction(10, "Remote")

    asyncio.run(drive())
    offline = eventually(
        lambda: csms.command(station_id, command="clear_cache"), lambda answer: answer["outcome"] == "offline"
    )
    assert offline["answer"] is None


def test_raw_calls(csms):
    station_id, identity, password = csms.add_station()

    async def drive():
        async with connected(csms, identity, password) as station:
            await station.boot()
            answered = await in_background(csms.call, station_id, "Reset", {"type": "Hard"})
            assert answered["outcome"] == "answered" and answered["answer"]["status"] == "Accepted"
            # The client library knows the action and has no handler: a CALLERROR is an answer too.
            refused = await in_background(csms.call, station_id, "GetLocalListVersion", {})
            assert refused["outcome"] in ("answered", "error") and "NotImplemented" in str(refused)

    asyncio.run(drive())
    eventually(lambda: csms.call(station_id, "ClearCache", {})["outcome"], lambda outcome: outcome == "offline")


def test_repeated_starts_and_stops_change_nothing(csms):
    token = csms.add_token()
    station_id, identity, password = csms.add_station()
    begun, ended = now(), None
    start = {"connectorId": 1, "idTag": token, "meterStart": 500, "timestamp": begun}

    async def drive():
        async with connection(csms, identity, password) as frames:
            await ask(frames, "b", "BootNotification", {"chargePointVendor": VENDOR, "chargePointModel": "Raw"})
            first = await ask(frames, "s1", "StartTransaction", start)
            same_id = await ask(frames, "s1", "StartTransaction", start)
            new_id = await ask(frames, "s2", "StartTransaction", start)
            number = first[2]["transactionId"]
            assert same_id[2]["transactionId"] == number and new_id[2]["transactionId"] == number
        # The same again after the answer was lost with the connection.
        async with connection(csms, identity, password) as frames:
            again = await ask(frames, "s3", "StartTransaction", start)
            assert again[2]["transactionId"] == number
            stop = {"transactionId": number, "idTag": token, "meterStop": 900, "timestamp": now(), "reason": "Local"}
            for message_id in ("e1", "e1", "e2"):
                answer = await ask(frames, message_id, "StopTransaction", stop)
                assert answer[0] == 3, answer

    asyncio.run(drive())
    sessions = csms.sessions(station_id)
    assert len(sessions) == 1, sessions
    assert (sessions[0]["status"], sessions[0]["energy_wh"]) == ("ended", 400)


def test_a_stop_after_a_reconnect_and_a_restart_of_the_server(csms):
    token = csms.add_token()
    station_id, identity, password = csms.add_station()

    async def begin():
        async with connected(csms, identity, password) as station:
            await station.boot()
            await station.start_transaction(token, 10_000)
            await station.meter(10_400, 11_000)
            return station.transaction

    number = asyncio.run(begin())
    csms.kill()
    csms.start()

    async def finish():
        async with connected(csms, identity, password) as station:
            # No boot: only the connection was lost.
            station.transaction = number
            await station.meter(10_800, 11_000)
            await station.stop_transaction(11_000, "EVDisconnected")

    asyncio.run(finish())
    sessions = csms.sessions(station_id)
    assert len(sessions) == 1
    assert (sessions[0]["energy_wh"], sessions[0]["stop_reason"]) == (1_000, "EVDisconnected")


def test_a_stop_without_a_start_is_kept_and_marked(csms):
    station_id, identity, password = csms.add_station()
    number = uuid.uuid4().int % 1_000_000 + 900_000_000

    async def drive():
        async with connection(csms, identity, password) as frames:
            stop = {"transactionId": number, "meterStop": 4_000, "timestamp": now()}
            answer = await ask(frames, "x", "StopTransaction", stop)
            assert answer[0] == 3

    asyncio.run(drive())
    session = csms.sessions(station_id)[0]
    assert "reconstructed" in session["flags"] and session["energy_wh"] >= 0


def test_errors_have_the_codes_of_1_6(csms):
    _, identity, password = csms.add_station()

    async def drive():
        async with connection(csms, identity, password) as frames:
            await ask(frames, "b", "BootNotification", {"chargePointVendor": VENDOR, "chargePointModel": "Raw"})
            unknown = await ask(frames, "u", "MakeCoffee", {})
            assert unknown[:3] == [4, "u", "NotImplemented"]
            malformed = await ask(frames, "m", "StartTransaction", {"connectorId": "one", "idTag": []})
            assert malformed[0] == 4
            assert malformed[2] in (
                "FormationViolation",
                "OccurenceConstraintViolation",
                "PropertyConstraintViolation",
                "TypeConstraintViolation",
            )
            # And the connection lives on.
            assert (await ask(frames, "h", "Heartbeat", {}))[0] == 3

    asyncio.run(drive())
