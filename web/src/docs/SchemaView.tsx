// A shape: its members, opened one level at a time so that shapes within shapes never run away.
import { UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Document, members, resolve, type Schema, typeOf } from "./openapi";
import { Prose } from "./Prose";
import classes from "./Reference.module.css";

/** What lies inside a schema: the item of a list, the one shape beside null. */
function inside(document: Document, schema: Schema): Schema {
  const { schema: own } = resolve(document, schema);
  if (own.items) return inside(document, own.items);
  const shapes = (own.oneOf ?? own.anyOf ?? []).filter((each) => each.type !== "null");
  return shapes.length === 1 && shapes[0] ? inside(document, shapes[0]) : schema;
}

function Member({
  document,
  name,
  schema,
  needed,
}: {
  document: Document;
  name: string;
  schema: Schema;
  needed: boolean;
}) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const inner = inside(document, schema);
  const deeper = members(document, inner).length > 0 || alternatives(document, inner).length > 0;
  return (
    <li>
      <code>{name}</code>{" "}
      <span className={classes.type}>
        {typeOf(document, schema)}
        {needed ? ` · ${t("docs.required")}` : ""}
      </span>{" "}
      {deeper && (
        <UnstyledButton
          fz="xs"
          td="underline"
          onClick={() => setOpened(!opened)}
          aria-expanded={opened}
          aria-label={t(opened ? "docs.closeMember" : "docs.openMember", { name })}
        >
          {t(opened ? "docs.close" : "docs.open")}
        </UnstyledButton>
      )}
      <Prose text={schema.description} />
      {opened && <SchemaView document={document} schema={inner} />}
    </li>
  );
}

function alternatives(document: Document, schema: Schema): Schema[] {
  const { schema: own } = resolve(document, schema);
  return (own.oneOf ?? own.anyOf ?? []).filter((each) => each.type !== "null");
}

export function SchemaView({ document, schema }: { document: Document; schema: Schema }) {
  const inner = inside(document, schema);
  const found = members(document, inner);
  const choices = alternatives(document, inner);
  if (found.length === 0 && choices.length === 0) {
    return <div className={classes.type}>{typeOf(document, schema)}</div>;
  }
  return (
    <>
      {found.length > 0 && (
        <ul className={classes.members}>
          {found.map(([name, each, needed]) => (
            <Member key={name} document={document} name={name} schema={each} needed={needed} />
          ))}
        </ul>
      )}
      {choices.map((each, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: alternatives have no name and keep their place
        <div key={index}>
          <div className={classes.type}>{typeOf(document, each)}</div>
          <SchemaView document={document} schema={each} />
        </div>
      ))}
    </>
  );
}
