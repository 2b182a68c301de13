"""A second implementation that is not ours: a station of the npm package `ocpp-rpc`, in its strict mode, which refuses every
frame that breaks its schemas."""

import json
import os
import subprocess
import threading
from pathlib import Path
from queue import Empty, Queue

import pytest
from csms import eventually

STATION = Path(__file__).parent / "npm" / "station.mjs"
# Longest wait for one thing to happen, in seconds.
PATIENCE_S = 20


class NodeStation:
    def __init__(self, csms, identity, password, version):
        command = ["node", str(STATION), csms.ocpp, identity, password, version]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ})
        self.told = Queue()
        self.seen = []
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.told.put(json.loads(line))
        self.told.put({"what": "end of output"})

    def until(self, what):
        """Waits until the station tells this, and gives it."""
        while True:
            try:
                told = self.told.get(timeout=PATIENCE_S)
            except Empty:
                raise AssertionError(f"{what} did not come, only {self.seen}") from None
            self.seen.append(told)
            assert told["what"] not in ("invalid", "end of output"), self.seen
            if told["what"] == what:
                return told


@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
def test_a_session_from_start_to_bill(csms, version):
    token = csms.add_token()
    station_id, identity, password = csms.add_station()
    station = NodeStation(csms, identity, password, version)
    try:
        assert station.until("connected")["protocol"] == f"ocpp{version}"
        assert station.until("booted")["status"] == "Accepted"
        station.until("ready")
        assert csms.command(station_id, command="clear_cache")["outcome"] == "refused"
        limit = {"starts_at": "2026-01-01T00:00:00Z", "unit": "milli_amps", "periods": [{"start_s": 0, "limit": 16_300}]}
        profile = {"id": 7, "stack_level": 0, "purpose": "default", "kind": "absolute", "schedules": [limit]}
        outcome = csms.command(station_id, command="set_charging_profile", evse=1, profile=profile)
        assert outcome["outcome"] == "accepted", outcome
        assert csms.command(station_id, command="read_local_list_version")["outcome"] == "accepted"
        outcome = csms.command(station_id, command="reserve", reservation=1, id_token=token, expires_at="2030-01-01T00:00:00Z")
        assert outcome["outcome"] == "error", "the station does not know it"
        assert csms.command(station_id, command="start_session", evse=1, id_token=token)["outcome"] == "accepted"
        begun = station.until("started")
        assert (begun["authorized"], begun["status"]) == ("Accepted", "Accepted")
        station.until("charging")
        session = csms.sessions(station_id)[0]
        assert session["ended_at"] is None
        assert csms.command(station_id, command="stop_session", session_id=session["id"])["outcome"] == "accepted"
        assert station.until("ended")["same"]
        station.until("closed")
        assert station.process.wait(timeout=PATIENCE_S) == 0
        ended = eventually(lambda: csms.sessions(station_id)[0], lambda session: session["ended_at"])
        assert ended["energy_wh"] == 2_000, ended
    finally:
        station.process.kill()
