// One operation: what it does, what it takes, what it answers.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CopyIcon } from "@/ui/Copy";
import { type Body, type Document, type Entry, type Parameter, typeOf } from "./openapi";
import { Prose } from "./Prose";
import classes from "./Reference.module.css";
import { SchemaView } from "./SchemaView";

function Parameters({ document, parameters }: { document: Document; parameters: Parameter[] }) {
  const { t } = useTranslation();
  if (parameters.length === 0) return null;
  return (
    <div>
      <Text fw={600} mt="sm">
        {t("docs.parameters")}
      </Text>
      <ul className={classes.members}>
        {parameters.map((each) => (
          <li key={`${each.in} ${each.name}`}>
            <code>{each.name}</code>{" "}
            <span className={classes.type}>
              {each.in} · {typeOf(document, each.schema ?? {})}
              {each.required ? ` · ${t("docs.required")}` : ""}
            </span>
            <Prose text={each.description} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function BodyView({ document, title, body }: { document: Document; title: string; body: Body }) {
  const [kind, content] = Object.entries(body.content ?? {})[0] ?? [];
  return (
    <details className={classes.details}>
      <summary>
        <b>{title}</b>{" "}
        <span className={classes.type}>{[kind, body.description].filter(Boolean).join(" · ")}</span>
      </summary>
      {content?.schema && <SchemaView document={document} schema={content.schema} />}
    </details>
  );
}

export function OperationView({ document, entry }: { document: Document; entry: Entry }) {
  const { t } = useTranslation();
  const { operation, method, path, id } = entry;
  return (
    <article id={id} className={classes.operation}>
      <div className={classes.head}>
        <span className={classes.verb} data-method={method}>
          {method}
        </span>
        <code className={classes.path}>{path}</code>
        <CopyIcon text={window.location.origin + path} label={t("docs.copyAddress")} />
      </div>
      <div className={classes.body}>
        {operation.summary && <Text fw={550}>{operation.summary}</Text>}
        <Prose text={operation.description} />
        <Parameters document={document} parameters={operation.parameters ?? []} />
        {operation.requestBody && (
          <BodyView document={document} title={t("docs.body")} body={operation.requestBody} />
        )}
        {Object.entries(operation.responses ?? {}).map(([status, body]) => (
          <BodyView key={status} document={document} title={status} body={body} />
        ))}
      </div>
    </article>
  );
}
