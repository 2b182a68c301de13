"""A charging station made of the Python packages `ocpp` and `websockets`: nothing in it is ours but the wiring."""

import asyncio
import base64
import json
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from decimal import Decimal
from importlib.resources import files

import ocpp.v16
import ocpp.v201
import websockets
from jsonschema.validators import validator_for

SUBPROTOCOLS = {"1.6": "ocpp1.6", "2.0.1": "ocpp2.0.1", "2.1": "ocpp2.1"}
PACKAGES = {"1.6": "v16", "2.0.1": "v201", "2.1": "v21"}


def now():
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def schema_of(version, action, is_answer, **how):
    ending = "Response" if is_answer else ("" if version == "1.6" or action in WITHOUT_ANSWER else "Request")
    path = files("ocpp").joinpath(PACKAGES[version], "schemas", f"{action}{ending}.json")
    return json.loads(path.read_text(encoding="utf-8-sig"), **how)


# Sent without waiting for an answer (2.1, message type 6).
WITHOUT_ANSWER = {"NotifyPeriodicEventStream"}


class Frames:
    """A connection that remembers every frame of the CSMS and holds each against the official schema."""

    def __init__(self, socket, version):
        self.socket = socket
        self.version = version
        self.asked = {}
        self.received = []

    async def send(self, text):
        frame = json.loads(text)
        if frame[0] == 2:
            self.asked[frame[1]] = frame[2]
        await self.socket.send(text)

    async def recv(self):
        text = await self.socket.recv()
        self.received.append(json.loads(text))
        # Decimal, so that 16.3 is a multiple of 0.1.
        self.check(json.loads(text, parse_float=Decimal))
        return text

    def check(self, frame):
        if frame[0] == 2:
            assert len(frame) == 4, frame
            assert isinstance(frame[1], str) and 0 < len(frame[1]) <= 36, frame
            self.validate(frame[2], frame[3], is_answer=False)
        elif frame[0] == 3:
            assert len(frame) == 3, frame
            self.validate(self.asked[frame[1]], frame[2], is_answer=True)
        else:
            assert frame[0] in ((4, 5) if self.version == "2.1" else (4,)) and len(frame) == 5, frame
            assert isinstance(frame[3], str) and len(frame[3]) <= 255 and isinstance(frame[4], dict), frame

    def validate(self, action, payload, is_answer):
        schema = schema_of(self.version, action, is_answer, parse_float=Decimal)
        validator_for(schema)(schema).validate(payload)


def headers(identity, password):
    if password is None:
        return {}
    secret = base64.b64encode(f"{identity}:{password}".encode()).decode()
    return {"Authorization": f"Basic {secret}"}


@asynccontextmanager
async def connection(csms, identity, password, version="1.6", path=None, **options):
    """A bare connection: frames in, frames out."""
    async with websockets.connect(
        f"{csms.ocpp}/{path or identity}",
        subprotocols=[SUBPROTOCOLS[version]],
        additional_headers=headers(identity, password),
        **options,
    ) as socket:
        assert socket.subprotocol == SUBPROTOCOLS[version]
        yield Frames(socket, version)


async def ask(frames, message_id, action, payload):
    """Sends one call by hand; gives the CSMS's frame with that id."""
    await frames.send(json.dumps([2, message_id, action, payload]))
    while True:
        frame = json.loads(await asyncio.wait_for(frames.recv(), 15))
        if frame[0] != 2 and frame[1] == message_id:
            return frame


@asynccontextmanager
async def charge_point(kind, csms, identity, password, version, **options):
    """A station of the `ocpp` package, listening. `kind` is one of its ChargePoint classes."""
    async with connection(csms, identity, password, version, **options) as frames:
        station = kind(identity, frames, response_timeout=15)
        listening = asyncio.create_task(station.start())
        try:
            yield station
        finally:
            listening.cancel()
            failure = (await asyncio.gather(listening, return_exceptions=True))[0]
            # A frame of the CSMS that breaks its schema ends the listener: that must not pass unseen.
            if isinstance(failure, Exception) and not isinstance(failure, websockets.ConnectionClosed):
                raise failure


async def in_background(function, *arguments, **named):
    """A blocking REST call, while the station goes on answering."""
    return await asyncio.to_thread(function, *arguments, **named)
