"""Payloads that the official schemas call valid: the smallest, the longest, the fullest, and any number by chance.

A seed names each of them, so that one number is enough to run a failure again."""

import os
import random

from station import schema_of

SEED = int(os.environ.get("FORECOURT_SEED", "1701"))
# As long as a list is made here, beyond its least length; the schemas seldom name a longest.
MORE_ITEMS = 1
# As long as a text is made here, save in the payload of the longest texts: the gateway takes frames of 256 kB, and the
# fullest payload has thousands of texts.
USUAL_TEXT = 60
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.:,;/+()[]{}<>\"'\\|%&?!#=ÆØåß漢字🚗\t\n"
TIMES = ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.123Z", "2026-01-31T13:30:00+01:00", "2025-06-30T23:59:59.999999-05:00"]
URLS = ["https://example.org/file", "ftp://user:secret@example.org/log", "http://[::1]:8080/a?b=c#d"]
WHOLE = [0, 1, 2, 7, 60, 1_000, 2**31 - 1, 2**31, 2**53]


class Instance:
    """`optional` is the chance that a member that may be missing is there; `longest`: every text is as long as it may be."""

    def __init__(self, schema, dice, optional, longest=False):
        self.longest = longest
        self.definitions = schema.get("definitions", {})
        self.schema = schema
        self.dice = dice
        self.optional = optional

    def make(self):
        return self.value(self.schema)

    def value(self, schema):
        if "$ref" in schema:
            return self.value(self.definitions[schema["$ref"].removeprefix("#/definitions/")])
        if "enum" in schema:
            return self.dice.choice(schema["enum"])
        kind = schema.get("type")
        if kind == "object":
            return self.members(schema)
        if kind == "array":
            least = schema.get("minItems", 0)
            most = min(schema.get("maxItems", least + MORE_ITEMS), least + MORE_ITEMS)
            length = most if self.optional == 1 else self.dice.randint(least, most) if self.optional else least
            return [self.value(schema["items"]) for _ in range(length)]
        if kind == "string":
            return self.text(schema)
        if kind == "boolean":
            return self.dice.random() < 0.5
        if kind == "integer":
            return self.whole(schema)
        if kind == "number":
            return self.number(schema)
        # DataTransfer.data: anything.
        return self.dice.choice(["text", 7, 1.5, True, [1, {"a": None}], {"b": [2]}])

    def members(self, schema):
        required = schema.get("required", [])
        there = {
            name: self.value(member)
            for name, member in schema.get("properties", {}).items()
            if name in required or self.dice.random() < self.optional
        }
        if schema.get("additionalProperties") is not False and self.optional == 1:
            there["more of the vendor"] = {"anything": [1, 2.5, None]}
        return there

    def text(self, schema):
        form = schema.get("format")
        if form == "date-time":
            return self.dice.choice(TIMES)
        if form == "uri":
            return self.dice.choice(URLS)
        most = schema.get("maxLength", USUAL_TEXT)
        usual = min(most, USUAL_TEXT)
        length = most if self.longest else usual if self.optional == 1 else self.dice.randint(0, usual)
        return "".join(self.dice.choice(LETTERS) for _ in range(length))

    def whole(self, schema):
        low, high = schema.get("minimum", -(2**31)), schema.get("maximum", 2**53)
        fitting = [number for number in [*WHOLE, -1, low, high] if low <= number <= high]
        return int(self.dice.choice(fitting))

    def number(self, schema):
        low, high = schema.get("minimum", -1e6), schema.get("maximum", 1e6)
        if "multipleOf" in schema:
            # A decimal step has no exact binary form; what one is, the official client's own validator decides.
            return self.dice.choice([0.5, 1.5, 16.0, 32])
        drawn = self.dice.choice([low, high, 0, 0.1, 1, 230.4, round(self.dice.uniform(low, high), 3)])
        return drawn if low <= drawn <= high else low


def instances(version, action, is_answer, count):
    """The smallest, the one of the longest texts, the fullest, and `count` more."""
    schema = schema_of(version, action, is_answer)
    kinds = [(0, False), (0, True), (1, False)] + [(0.5, False)] * count
    for number, (optional, longest) in enumerate(kinds):
        dice = random.Random(f"{SEED} {version} {action} {is_answer} {number}")
        yield Instance(schema, dice, optional, longest).make()
