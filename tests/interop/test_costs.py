"""What charging costs, told to an outside client in the answers to its own messages."""

import asyncio
import uuid

from station import charge_point
from test_v201 import Station

ENERGY = {"dimension": "energy", "price": "4.00", "vat": "25"}
FLAT = {"dimension": "flat", "price": "1.50", "vat": "25"}


def priced_station(csms, *components):
    """A station on a site of its own, with these prices if there are any."""
    site = {"name": "Priced " + uuid.uuid4().hex[:6], "time_zone": "Europe/Copenhagen", "currency": "DKK"}
    if components:
        rules = {"currency": "DKK", "prices": "with_vat", "elements": [{"components": components}]}
        status, tariff = csms.post("/tariffs", name=site["name"], rules=rules)
        assert status == 201, tariff
        site["tariff_id"] = tariff["id"]
    status, made = csms.post("/sites", **site)
    assert status == 201, made
    identity, password = "INT-" + uuid.uuid4().hex[:8].upper(), "interop-secret-2026"
    body = {"site_id": made["id"], "identity": identity, "security_profile": 1, "password": password}
    status, station = csms.post("/stations", **body)
    assert status == 201, station
    return station["id"], identity, password


def charge(csms, identity, password):
    """Charges 2 kWh; gives what each answer said of the cost. The client checks every answer against the schema."""
    token = csms.add_token()

    async def drive():
        async with charge_point(Station, csms, identity, password, "2.0.1") as station:
            await station.boot()
            answers = [
                await station.event("Started", "Authorized", 10_000, "Charging", token),
                await station.event("Updated", "MeterValuePeriodic", 11_000, "Charging"),
                await station.event("Ended", "StopAuthorized", 12_000, "EVConnected", stopped_reason="Local"),
            ]
            return [answer.total_cost for answer in answers]

    return asyncio.run(drive())


def test_the_running_cost_and_the_total_are_told(csms):
    station_id, identity, password = priced_station(csms, ENERGY, FLAT)
    started, running, total = charge(csms, identity, password)
    assert started is None and float(running) == 5.5 and float(total) == 9.5
    session = csms.sessions(station_id)[0]
    assert session["cost"] == {"amount": "9.50", "currency": "DKK"}
    receipt = csms.get(f"/sessions/{session['id']}/receipt")
    assert (receipt["is_final"], receipt["with_vat"]) == (True, "9.50")
    billed = {line["what"]: (line["billed"], line["with_vat"]) for line in receipt["lines"]}
    assert billed == {"energy": ("2.000", "8.00"), "flat": ("1", "1.50")}


def test_free_charging_is_told_as_zero(csms):
    _, identity, password = priced_station(csms, {"dimension": "flat", "price": "0.00"})
    started, running, total = charge(csms, identity, password)
    assert started is None and float(running) == 0 and float(total) == 0


def test_without_a_tariff_nothing_is_said_of_costs(csms):
    station_id, identity, password = priced_station(csms)
    assert charge(csms, identity, password) == [None, None, None]
    session = csms.sessions(station_id)[0]
    assert session["cost"] is None
    status, _ = csms.request("GET", f"/sessions/{session['id']}/receipt")
    assert status == 404
