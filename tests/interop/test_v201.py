"""OCPP 2.0.1 (and its words under the name of 2.1) with an outside client."""

import asyncio
import uuid

import pytest
from csms import eventually
from ocpp.routing import on
from ocpp.v201 import ChargePoint, call, call_result
from station import ask, charge_point, connection, in_background, now

VENDOR = "Interop"
EVSE = {"id": 1, "connector_id": 1}


class Station(ChargePoint):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.seen = []
        self.transaction = uuid.uuid4().hex
        self.seq = -1

    async def boot(self):
        station = {"vendor_name": VENDOR, "model": "Python", "serial_number": "P1", "firmware_version": "1"}
        answer = await self.call(call.BootNotification(charging_station=station, reason="PowerUp"))
        assert answer.status == "Accepted" and answer.interval > 0
        await self.status("Available")

    async def status(self, status):
        await self.call(
            call.StatusNotification(timestamp=now(), connector_status=status, evse_id=1, connector_id=1)
        )

    async def event(self, kind, trigger, register=None, state=None, token=None, seq=None, **info):
        self.seq = self.seq + 1 if seq is None else seq
        values = None
        if register is not None:
            sampled = [
                {"value": register, "measurand": "Energy.Active.Import.Register", "unit_of_measure": {"unit": "Wh"}},
                {"value": 11_000.0, "measurand": "Power.Active.Import", "unit_of_measure": {"unit": "W"}},
            ]
            values = [{"timestamp": now(), "sampled_value": sampled}]
        details = {"transaction_id": self.transaction, **({"charging_state": state} if state else {}), **info}
        return await self.call(
            call.TransactionEvent(
                event_type=kind,
                timestamp=now(),
                trigger_reason=trigger,
                seq_no=self.seq,
                transaction_info=details,
                evse=EVSE,
                id_token={"id_token": token, "type": "ISO14443"} if token else None,
                meter_value=values,
            )
        )

    @on("RequestStartTransaction")
    def on_start(self, id_token, remote_start_id, **more):
        self.seen.append(("start", id_token["id_token"], remote_start_id))
        return call_result.RequestStartTransaction(status="Accepted")

    @on("RequestStopTransaction")
    def on_stop(self, transaction_id):
        self.seen.append(("stop", transaction_id))
        return call_result.RequestStopTransaction(status="Accepted")

    @on("Reset")
    def on_reset(self, type, **more):
        self.seen.append(("reset", type))
        return call_result.Reset(status="Scheduled")

    @on("UnlockConnector")
    def on_unlock(self, evse_id, connector_id):
        return call_result.UnlockConnector(status="Unlocked")

    @on("ChangeAvailability")
    def on_availability(self, operational_status, evse=None):
        self.seen.append(("availability", operational_status))
        return call_result.ChangeAvailability(status="Accepted")

    @on("GetVariables")
    def on_get(self, get_variable_data):
        results = [{**one, "attribute_status": "Accepted", "attribute_value": "42"} for one in get_variable_data]
        return call_result.GetVariables(get_variable_result=results)

    @on("SetVariables")
    def on_set(self, set_variable_data):
        results = [
            {"attribute_status": "Rejected", "component": one["component"], "variable": one["variable"]}
            for one in set_variable_data
        ]
        return call_result.SetVariables(set_variable_result=results)

    @on("GetBaseReport")
    def on_report(self, request_id, report_base):
        self.seen.append(("report", request_id))
        return call_result.GetBaseReport(status="Accepted")

    @on("TriggerMessage")
    def on_trigger(self, requested_message, evse=None):
        return call_result.TriggerMessage(status="Rejected")

    @on("ClearCache")
    def on_clear(self):
        return call_result.ClearCache(status="Accepted")


def connected(csms, identity, password):
    return charge_point(Station, csms, identity, password, "2.0.1")


def test_a_whole_session(csms):
    token = csms.add_token()
    station_id, identity, password = csms.add_station()

    async def drive():
        async with connected(csms, identity, password) as station:
            await station.boot()
            shown = await in_background(csms.station, station_id)
            assert (shown["online"], shown["protocol"], shown["serial"]) == (True, "ocpp2.0.1", "P1")
            await station.status("Occupied")
            answer = await station.call(call.Authorize(id_token={"id_token": token, "type": "ISO14443"}))
            assert answer.id_token_info["status"] == "Accepted"
            started = await station.event("Started", "Authorized", 20_000, "EVConnected", token)
            assert started.id_token_info["status"] == "Accepted"
            await station.event("Updated", "ChargingStateChanged", state="Charging")
            assert await in_background(csms.connector_status, station_id) == "Charging"
            for n in range(1, 4):
                await station.event("Updated", "MeterValuePeriodic", 20_000 + 500 * n)
            running = (await in_background(csms.sessions, station_id))[0]
            assert (running["status"], running["energy_wh"]) == ("active", 1_500)
            await station.event("Updated", "ChargingStateChanged", state="SuspendedEV")
            assert await in_background(csms.connector_status, station_id) == "SuspendedEV"
            await station.event("Ended", "StopAuthorized", 21_750, "Idle", token, stopped_reason="Local")
            await station.status("Available")

    asyncio.run(drive())
    session = csms.sessions(station_id)[0]
    assert (session["status"], session["energy_wh"], session["stop_reason"]) == ("ended", 1_750, "Local")
    assert (session["evse"], session["id_token"]) == (1, token)
    assert csms.connector_status(station_id) == "Available"


def test_tokens_that_may_not_charge(csms):
    blocked = csms.add_token(status="blocked")
    _, identity, password = csms.add_station()

    async def drive():
        async with connected(csms, identity, password) as station:
            await station.boot()
            for token, wanted in (("NOBODY", "Unknown"), (blocked, "Blocked")):
                answer = await station.call(call.Authorize(id_token={"id_token": token, "type": "ISO14443"}))
                assert answer.id_token_info["status"] == wanted

    asyncio.run(drive())


def test_commands_and_their_literal_answers(csms):
    token = csms.add_token()
    station_id, identity, password = csms.add_station()
    commands = [
        ({"command": "start_session", "evse": 1, "id_token": token}, "accepted", "Accepted"),
        ({"command": "reset", "kind": "soft"}, "accepted", "Scheduled"),
        ({"command": "unlock", "evse": 1, "connector": 1}, "accepted", "Unlocked"),
        ({"command": "set_availability", "operative": False}, "accepted", "Accepted"),
        ({"command": "trigger", "message": "heartbeat"}, "refused", "Rejected"),
        ({"command": "read_inventory"}, "accepted", "Accepted"),
        ({"command": "clear_cache"}, "accepted", "Accepted"),
    ]
    variable = {"component": "OCPPCommCtrlr", "name": "HeartbeatInterval"}

    async def drive():
        async with connected(csms, identity, password) as station:
            await station.boot()
            for body, outcome, status in commands:
                answer = await in_background(csms.command, station_id, **body)
                assert (answer["outcome"], answer["status"]) == (outcome, status), body
            assert ("reset", "OnIdle") in station.seen and ("availability", "Inoperative") in station.seen
            read = await in_background(csms.command, station_id, command="read_variables", variables=[variable])
            assert read["outcome"] == "accepted" and "42" in read["answer"]
            written = await in_background(csms.command, station_id, command="write_variable", value="60", **variable)
            assert written["outcome"] == "refused" and "Rejected" in written["answer"]
            await station.event("Started", "RemoteStart", 0, "Charging", token)
            session = (await in_background(csms.sessions, station_id))[0]
            stopped = await in_background(csms.command, station_id, command="stop_session", session_id=session["id"])
            assert stopped["outcome"] == "accepted" and ("stop", station.transaction) in station.seen
            raw = await in_background(csms.call, station_id, "Reset", {"type": "Immediate"})
            assert raw["outcome"] == "answered" and raw["answer"]["status"] == "Scheduled"
            refused = await in_background(csms.call, station_id, "GetTransactionStatus", {})
            assert refused["outcome"] in ("answered", "error") and "NotImplemented" in str(refused)

    asyncio.run(drive())


def test_an_inventory_is_kept(csms):
    station_id, identity, password = csms.add_station()

    async def drive():
        async with connected(csms, identity, password) as station:
            await station.boot()
            await in_background(csms.command, station_id, command="read_inventory")
            request = next(seen[1] for seen in station.seen if seen[0] == "report")
            entry = {
                "component": {"name": "EVSE", "evse": {"id": 1}},
                "variable": {"name": "Power"},
                "variable_attribute": [{"type": "Actual", "value": "11000", "mutability": "ReadOnly"}],
            }
            await station.call(
                call.NotifyReport(request_id=request, generated_at=now(), seq_no=0, tbc=False, report_data=[entry])
            )

    asyncio.run(drive())
    found = csms.get(f"/stations/{station_id}/variables")["items"]
    assert any((v["component"], v["name"], v["value"]) == ("EVSE", "Power", "11000") for v in found), found


def test_repeated_and_late_events_end_in_the_same_session(csms):
    token = csms.add_token()
    station_id, identity, password = csms.add_station()

    async def drive():
        async with connected(csms, identity, password) as station:
            await station.boot()
            await station.event("Started", "Authorized", 1_000, "Charging", token)
            await station.event("Started", "Authorized", 1_000, "Charging", token, seq=0)
            # The end comes before an update that waited in the queue.
            await station.event("Ended", "StopAuthorized", 3_000, "Idle", seq=2, stopped_reason="Local")
            await station.event("Updated", "MeterValuePeriodic", 2_000, seq=1)
            await station.event("Ended", "StopAuthorized", 3_000, "Idle", seq=2, stopped_reason="Local")

    asyncio.run(drive())
    sessions = csms.sessions(station_id)
    assert len(sessions) == 1, sessions
    assert (sessions[0]["status"], sessions[0]["energy_wh"]) == ("ended", 2_000)


def test_a_session_goes_on_after_the_server_was_killed(csms):
    token = csms.add_token()
    station_id, identity, password = csms.add_station()
    name = uuid.uuid4().hex

    async def begin():
        async with connected(csms, identity, password) as station:
            station.transaction = name
            await station.boot()
            await station.event("Started", "Authorized", 100, "Charging", token)

    asyncio.run(begin())
    csms.kill()
    csms.start()

    async def finish():
        async with connected(csms, identity, password) as station:
            station.transaction, station.seq = name, 0
            await station.event("Updated", "MeterValuePeriodic", 600)
            await station.event("Ended", "EVCommunicationLost", 900, "Idle", stopped_reason="EVDisconnected")

    asyncio.run(finish())
    sessions = csms.sessions(station_id)
    assert len(sessions) == 1 and sessions[0]["energy_wh"] == 800


def test_errors_have_the_codes_of_2_0_1(csms):
    _, identity, password = csms.add_station()

    async def drive():
        async with connection(csms, identity, password, "2.0.1") as frames:
            station = {"vendorName": VENDOR, "model": "Raw"}
            await ask(frames, "b", "BootNotification", {"reason": "PowerUp", "chargingStation": station})
            unknown = await ask(frames, "u", "MakeCoffee", {})
            assert unknown[0] == 4 and unknown[2] in ("NotImplemented", "NotSupported")
            malformed = await ask(frames, "m", "TransactionEvent", {"eventType": 7})
            assert malformed[0] == 4
            assert malformed[2] in (
                "FormatViolation",
                "OccurrenceConstraintViolation",
                "PropertyConstraintViolation",
                "TypeConstraintViolation",
            )
            assert (await ask(frames, "h", "Heartbeat", {}))[0] == 3

    asyncio.run(drive())


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
def test_both_names_of_the_family_are_spoken(csms, version):
    station_id, identity, password = csms.add_station()

    async def drive():
        async with connection(csms, identity, password, version) as frames:
            station = {"vendorName": VENDOR, "model": "Raw"}
            answer = await ask(frames, "b", "BootNotification", {"reason": "PowerUp", "chargingStation": station})
            assert answer[2]["status"] == "Accepted"
            assert (await in_background(csms.station, station_id))["protocol"] == "ocpp" + version

    asyncio.run(drive())
    eventually(lambda: csms.station(station_id)["online"], lambda online: not online)
