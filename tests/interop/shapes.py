"""crates/forecourt-ocpp/messages/*.txt: our own short description of every message, made from the official schemas of the
package `ocpp`. `python shapes.py` writes the files; test_shapes.py proves that they still say what the schemas say.

The form, one statement a line:
  everywhere NAME KIND       a member that every object below has and that is not repeated there
  enum NAME = A B C          a closed list of words
  type NAME [open]           an object; its members follow, indented; open: members beyond them are allowed
  request ACTION [open]      what is asked
  response ACTION [open]     what is answered
  send ACTION [open]         what is said without being answered
A member is `name[!] [N..M]* KIND`: `!` required, `[N..M]` a list of N to M, KIND one of text, text<=N, time, uri, integer, number,
boolean, any, object (its members follow, indented deeper), word A B C, or the name of an enum or type. Numbers take
`N..M`, with either end left out, and `step X`."""

import json
import sys
from importlib.resources import files
from pathlib import Path

PACKAGES = {"1.6": "v16", "2.0.1": "v201", "2.1": "v21"}
FOLDER = Path(__file__).parents[2] / "crates" / "forecourt-ocpp" / "messages"
EVERYWHERE = ("customData", {"$ref": "#/definitions/CustomDataType"})
# Words that say nothing about what is allowed, and `additionalItems`, which has no meaning beside a single `items`.
SILENT = {"description", "javaType", "comment", "$id", "$schema", "title", "default", "definitions", "additionalItems"}


def schemas(version):
    """(action, request | response | send, schema) of every message, sorted."""
    found = []
    for path in files("ocpp").joinpath(PACKAGES[version], "schemas").iterdir():
        if not path.name.endswith(".json"):
            continue
        name = path.name.removesuffix(".json")
        schema = json.loads(path.read_text(encoding="utf-8-sig"))
        if name.endswith("Response"):
            found.append((name.removesuffix("Response"), "response", schema))
        elif version == "1.6" or name.endswith("Request"):
            found.append((name.removesuffix("Request"), "request", schema))
        else:
            found.append((name, "send", schema))
    return sorted(found, key=lambda entry: (entry[0], entry[1]))


class Writer:
    def __init__(self, version):
        self.version = version
        self.inline = version == "1.6"
        self.definitions = {}
        self.lines = []

    def message(self, action, direction, schema):
        definitions = schema.get("definitions", {})
        if not self.inline:
            for name, definition in definitions.items():
                bare = strip(definition)
                assert self.definitions.setdefault(name, bare) == bare, f"{name} differs from message to message"
        self.object(f"{direction} {action}", schema, definitions, 0)

    def object(self, title, schema, definitions, depth):
        assert schema["type"] == "object", title
        known = {"type", "properties", "required", "additionalProperties"} | SILENT
        assert set(schema) <= known, (title, set(schema) - known)
        is_open = schema.get("additionalProperties", True) is not False
        self.lines.append("  " * depth + title + (" open" if is_open else ""))
        members = dict(schema.get("properties", {}))
        # A CustomDataType does not hold another one.
        if not self.inline and not is_open:
            name, kind = EVERYWHERE
            assert strip(members.pop(name)) == kind, title
            assert name not in schema.get("required", []), title
        for name, member in members.items():
            mark = "!" if name in schema.get("required", []) else ""
            self.member(name + mark, member, definitions, depth + 1)
        missing = set(schema.get("required", [])) - set(schema.get("properties", {}))
        assert not missing, (title, missing)

    def member(self, name, schema, definitions, depth):
        if "$ref" in schema:
            target = schema["$ref"].removeprefix("#/definitions/")
            assert set(schema) <= {"$ref"} | SILENT, (name, schema)
            if not self.inline:
                self.lines.append("  " * depth + f"{name} {target}")
                return
            schema = definitions[target]
        kind = schema.get("type")
        if kind == "array":
            assert set(schema) <= {"type", "items", "minItems", "maxItems"} | SILENT, (name, schema)
            bounds = f"[{schema.get('minItems', 0)}..{schema.get('maxItems', '')}]"
            return self.member(f"{name} {bounds}", schema["items"], definitions, depth)
        if kind == "object" and "properties" in schema:
            return self.object(f"{name} object", schema, definitions, depth)
        self.lines.append("  " * depth + f"{name} {scalar(name, schema)}")


def scalar(name, schema):
    """A member without members."""
    kind = schema.get("type")
    if kind is None:
        assert set(schema) <= SILENT, (name, schema)
        return "any"
    if kind == "string":
        assert set(schema) <= {"type", "enum", "maxLength", "format", "additionalProperties"} | SILENT, (name, schema)
        if "enum" in schema:
            return "word " + " ".join(schema["enum"])
        if "format" in schema:
            assert "maxLength" not in schema, name
            return {"date-time": "time", "uri": "uri"}[schema["format"]]
        return f"text<={schema['maxLength']}" if "maxLength" in schema else "text"
    assert kind in ("integer", "number", "boolean"), (name, schema)
    assert set(schema) <= {"type", "minimum", "maximum", "multipleOf"} | SILENT, (name, schema)
    words = [kind]
    if "minimum" in schema or "maximum" in schema:
        words.append(f"{plain(schema.get('minimum', ''))}..{plain(schema.get('maximum', ''))}")
    if "multipleOf" in schema:
        words.append(f"step {schema['multipleOf']}")
    return " ".join(words)


def plain(number):
    return int(number) if isinstance(number, float) and number.is_integer() else number


def strip(schema):
    """Without what says nothing."""
    if isinstance(schema, dict):
        return {
            key: {name: strip(one) for name, one in value.items()} if key == "properties" else strip(value)
            for key, value in schema.items()
            if key not in SILENT
        }
    return schema


def text(version):
    writer = Writer(version)
    for action, direction, schema in schemas(version):
        writer.message(action, direction, schema)
    messages, writer.lines = writer.lines, []
    for name, definition in sorted(writer.definitions.items()):
        if definition.get("type") == "object":
            writer.object(f"type {name}", definition, {}, 0)
        else:
            kind, *words = scalar(name, definition).split(" ")
            assert kind == "word", name
            writer.lines.append(f"enum {name} = {' '.join(words)}")
    head = [
        f"# The messages of OCPP {version}: which members they have and what these may hold.",
        "# Written by tests/interop/shapes.py, which explains the form; do not edit.",
    ]
    if not writer.inline:
        head.append(f"everywhere {EVERYWHERE[0]} CustomDataType")
    return "\n".join([*head, *writer.lines, *messages]) + "\n"


if __name__ == "__main__":
    for version in PACKAGES:
        target = FOLDER / f"{version}.txt"
        target.write_text(text(version), encoding="utf-8")
        print(target, file=sys.stderr)
