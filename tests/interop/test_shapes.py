"""What crates/forecourt-ocpp/messages says is what the official schemas say."""

import pytest
import shapes


@pytest.mark.parametrize("version", shapes.PACKAGES)
def test_our_description_says_what_the_schemas_say(version):
    written = (shapes.FOLDER / f"{version}.txt").read_text(encoding="utf-8")
    assert written == shapes.text(version), "run: python shapes.py"
