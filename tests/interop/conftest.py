"""The server under test, once on SQLite and once on PostgreSQL."""

import os
import subprocess
import uuid

import pytest
from csms import Csms

POSTGRES = os.environ.get("FORECOURT_TEST_POSTGRES")


def fresh_database():
    """An empty database of its own in the test cluster."""
    name = "interop_" + uuid.uuid4().hex[:10]
    subprocess.run(["psql", "-q", POSTGRES, "-c", f"CREATE DATABASE {name}"], check=True)
    return POSTGRES.rsplit("/", 1)[0] + "/" + name


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def csms(request):
    if request.param == "postgres" and not POSTGRES:
        pytest.skip("FORECOURT_TEST_POSTGRES names no PostgreSQL")
    binary = os.environ.get("FORECOURT_BIN", "../../target/debug/forecourt")
    server = Csms(os.path.abspath(binary), fresh_database() if request.param == "postgres" else None)
    yield server
    server.close()
