"""The door: who gets in, in which words, and what a large or compressed frame does."""

import asyncio
import uuid
from urllib.parse import quote

import pytest
import websockets
from csms import eventually
from station import ask, connection, headers, in_background, now

BOOT = {"chargePointVendor": "Interop", "chargePointModel": "Door"}


def refusal(csms, identity, path=None, subprotocols=("ocpp1.6",), **more):
    """The HTTP status with which a handshake is refused."""

    async def knock():
        url = f"{csms.ocpp}/{path or identity}"
        async with websockets.connect(url, subprotocols=list(subprotocols), **more):
            return 101

    try:
        return asyncio.run(knock())
    except websockets.exceptions.InvalidStatus as error:
        return error.response.status_code


def unknown_station(csms, identity):
    def look():
        listed = csms.get("/unknown-stations?limit=500")["items"]
        return next((station for station in listed if station["identity"] == identity), None)

    return eventually(look)


def test_a_wrong_password_and_an_unknown_identity_look_alike(csms):
    _, identity, _ = csms.add_station()
    wrong = refusal(csms, identity, additional_headers=headers(identity, "not-the-password-1"))
    unknown = refusal(csms, "NOBODY-1", additional_headers=headers("NOBODY-1", "not-the-password-1"))
    none = refusal(csms, identity)
    assert (wrong, unknown, none) == (401, 401, 401)
    assert unknown_station(csms, "NOBODY-1")["attempts"] >= 1


def test_an_unknown_station_can_be_adopted(csms):
    identity = "STRAY-" + uuid.uuid4().hex[:8]
    assert refusal(csms, identity, additional_headers=headers(identity, "whatever-it-says-1")) == 401
    stray = unknown_station(csms, identity)
    status, adopted = csms.post(
        f"/unknown-stations/{stray['id']}/adopt", site_id=csms.site, security_profile=1, password="a-new-secret-2026"
    )
    assert status == 201, adopted

    async def drive():
        async with connection(csms, identity, "a-new-secret-2026") as frames:
            assert (await ask(frames, "b", "BootNotification", BOOT))[2]["status"] == "Accepted"

    asyncio.run(drive())


def test_no_common_words(csms):
    _, identity, password = csms.add_station()
    status = refusal(csms, identity, subprotocols=("ocpp1.5",), additional_headers=headers(identity, password))
    assert 400 <= status < 500


def test_the_newest_common_words_are_chosen(csms):
    _, identity, password = csms.add_station()

    async def drive():
        async with websockets.connect(
            f"{csms.ocpp}/{identity}",
            subprotocols=["ocpp1.6", "ocpp2.0.1"],
            additional_headers=headers(identity, password),
        ) as socket:
            return socket.subprotocol

    assert asyncio.run(drive()) == "ocpp2.0.1"


def test_a_percent_encoded_identity(csms):
    identity = "ÅRHUS 1+2#" + uuid.uuid4().hex[:8]
    status, station = csms.post(
        "/stations", site_id=csms.site, identity=identity, security_profile=1, password="interop-secret-2026"
    )
    assert status == 201, station

    async def drive():
        async with connection(csms, identity, "interop-secret-2026", path=quote(identity, safe="")) as frames:
            await ask(frames, "b", "BootNotification", BOOT)
            return (await in_background(csms.station, station["id"]))["online"]

    assert asyncio.run(drive()) is True


@pytest.mark.parametrize("compression", ["deflate", None])
def test_frames_with_and_without_compression(csms, compression):
    station_id, identity, password = csms.add_station()

    async def drive():
        async with connection(csms, identity, password, compression=compression) as frames:
            extensions = [type(extension).__name__ for extension in frames.socket.protocol.extensions]
            assert ("PerMessageDeflate" in extensions) is (compression == "deflate"), extensions
            assert (await ask(frames, "b", "BootNotification", BOOT))[2]["status"] == "Accepted"
            # Long enough to be compressed, and a frame of several thousand bytes.
            data = "".join(f"{n:06}" for n in range(2_000))
            answer = await ask(frames, "d", "DataTransfer", {"vendorId": "Interop", "data": data})
            assert answer[0] == 3
            await frames.socket.ping()

    asyncio.run(drive())
    log = csms.get(f"/stations/{station_id}/messages")["items"]
    assert {message["action"] for message in log} >= {"BootNotification", "DataTransfer"}


def test_an_authenticated_second_socket_takes_over(csms):
    station_id, identity, password = csms.add_station()

    async def drive():
        async with connection(csms, identity, password) as old:
            await ask(old, "b", "BootNotification", BOOT)
            async with connection(csms, identity, password) as new:
                assert (await ask(new, "h", "Heartbeat", {}))[0] == 3
                with pytest.raises(websockets.ConnectionClosed):
                    await asyncio.wait_for(old.recv(), 20)
                assert (await in_background(csms.station, station_id))["online"] is True
                # And an intruder without the password changes nothing.
                refused = await in_background(refusal, csms, identity)
                assert refused == 401
                assert (await ask(new, "h2", "Heartbeat", {}))[0] == 3

    asyncio.run(drive())
    eventually(lambda: csms.station(station_id)["online"], lambda online: not online)


def test_another_station_cannot_touch_a_session(csms):
    token = csms.add_token()
    victim_id, victim, password = csms.add_station()
    _, other, other_password = csms.add_station()

    async def drive():
        async with connection(csms, victim, password) as mine, connection(csms, other, other_password) as theirs:
            start = {"connectorId": 1, "idTag": token, "meterStart": 0, "timestamp": now()}
            number = (await ask(mine, "s", "StartTransaction", start))[2]["transactionId"]
            stop = {"transactionId": number, "meterStop": 99_000, "timestamp": now()}
            assert (await ask(theirs, "e", "StopTransaction", stop))[0] == 3

    asyncio.run(drive())
    session = csms.sessions(victim_id)[0]
    assert (session["status"], session["energy_wh"]) == ("active", 0)
