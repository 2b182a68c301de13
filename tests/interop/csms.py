"""The built binary as a test sees it from outside: a process, its REST API, its command line."""

import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

READY_WITHIN_S = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Csms:
    """One running server with a site, on one database."""

    def __init__(self, binary, database=None):
        self.binary = binary
        self.folder = tempfile.TemporaryDirectory(prefix="forecourt-interop-")
        self.where = ["--data", self.folder.name] + (["--database", database] if database else [])
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.ocpp = f"ws://127.0.0.1:{self.port}/ocpp"
        self.log = Path(self.folder.name, "log.txt")
        self.process = None
        self.start()
        self.key = self.run("api-key", "create", "--name", "interop").strip()
        status, site = self.post("/sites", name="Interop", time_zone="Europe/Copenhagen", currency="DKK")
        assert status == 201, site
        self.site = site["id"]

    def start(self):
        environment = {
            **os.environ,
            "FORECOURT_ADMIN_EMAIL": "interop@example.org",
            "FORECOURT_ADMIN_PASSWORD": "correct horse battery staple",
        }
        command = [self.binary, "serve", "--listen", f"127.0.0.1:{self.port}", *self.where]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        until = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError("the server ended: " + self.log.read_text())
            try:
                with urllib.request.urlopen(self.url + "/readyz", timeout=2):
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the server was not ready in time: " + self.log.read_text())

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)

    def kill(self):
        self.process.kill()
        self.process.wait(timeout=30)

    def close(self):
        self.stop()
        self.folder.cleanup()

    def run(self, *words):
        done = subprocess.run([self.binary, *words, *self.where], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def request(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + "/api/v1" + path, data=data, method=method)
        request.add_header("Authorization", f"Bearer {self.key}")
        if data is not None:
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            text = error.read()
            # As a program should: it comes back when the server says, and not before.
            if error.code == 429 and "this key" in text.decode():
                time.sleep(int(error.headers["Retry-After"]))
                return self.request(method, path, body)
            return error.code, json.loads(text) if text else None

    def get(self, path):
        status, body = self.request("GET", path)
        assert status == 200, (path, status, body)
        return body

    def post(self, path, **body):
        return self.request("POST", path, body)

    def add_station(self, password="interop-secret-2026", **more):
        """A new station; gives its id and identity."""
        identity = "INT-" + uuid.uuid4().hex[:8].upper()
        status, station = self.post(
            "/stations", site_id=self.site, identity=identity, security_profile=1, password=password, **more
        )
        assert status == 201, station
        return station["id"], identity, password

    def add_token(self, **more):
        uid = uuid.uuid4().hex[:14].upper()
        status, token = self.post("/id-tokens", uid=uid, kind="rfid", **more)
        assert status == 201, token
        return uid

    def sessions(self, station):
        return self.get(f"/sessions?station_id={station}")["items"]

    def station(self, station):
        return self.get(f"/stations/{station}")

    def connector_status(self, station, evse=1):
        found = [e for e in self.station(station)["evses"] if e["evse"] == evse]
        return found[0]["connectors"][0]["status"] if found else None

    def command(self, station, **body):
        status, outcome = self.post(f"/stations/{station}/commands", **body)
        assert status == 200, outcome
        return outcome

    def call(self, station, action, payload):
        status, outcome = self.post(f"/stations/{station}/calls", action=action, payload=payload)
        assert status == 200, outcome
        return outcome


def eventually(look, wanted=lambda value: value, within_s=10):
    """Waits until `wanted` holds of what `look` gives, and gives that."""
    until = time.monotonic() + within_s
    while True:
        value = look()
        if wanted(value):
            return value
        assert time.monotonic() < until, f"still {value!r} after {within_s} s"
        time.sleep(0.05)
