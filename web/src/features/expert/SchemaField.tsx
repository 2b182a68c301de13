// One member of a message: a field, a group of fields or a list of them, as its schema says.
import {
  Button,
  CloseButton,
  Fieldset,
  Group,
  NumberInput,
  Select,
  Stack,
  Textarea,
  TextInput,
} from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { onTheWall, wallTime } from "@/lib/days";
import { useZone } from "@/ui/zone";
import { isObject, limitsOf, membersOf, type Schema, startOf, withMember } from "./schema";

interface FieldProps {
  name: string;
  schema: Schema;
  value: unknown;
  onChange: (value: unknown) => void;
  required: boolean;
  /** JSON pointer of this member. */
  path: string;
  /** Paths that have to be filled and are not. */
  wrong: string[];
}

const NOTES_FROM = 200;

function Any({ name, value, onChange, required }: FieldProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(value === undefined ? "" : JSON.stringify(value));
  const [bad, setBad] = useState(false);
  const change = (next: string) => {
    setText(next);
    try {
      onChange(next.trim() === "" ? undefined : JSON.parse(next));
      setBad(false);
    } catch {
      setBad(true);
    }
  };
  return (
    <TextInput
      label={name}
      description="JSON"
      required={required}
      value={text}
      error={bad ? t("command.raw.notJson") : undefined}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

function Scalar(props: FieldProps) {
  const { t } = useTranslation();
  const zone = useZone();
  const { name, schema, value, onChange, required, path, wrong } = props;
  const common = {
    label: name,
    required,
    error: wrong.includes(path) ? t("form.required") : undefined,
  };
  if (schema.enum || schema.type === "boolean") {
    return (
      <Select
        {...common}
        data={schema.enum ?? ["true", "false"]}
        value={value === undefined ? null : String(value)}
        onChange={(next) =>
          onChange(next === null ? undefined : schema.type === "boolean" ? next === "true" : next)
        }
        searchable={(schema.enum?.length ?? 0) > 8}
        clearable={!required}
      />
    );
  }
  if (schema.type === "integer" || schema.type === "number") {
    return (
      <NumberInput
        {...common}
        description={limitsOf(schema)}
        allowDecimal={schema.type === "number"}
        value={typeof value === "number" ? value : ""}
        onChange={(next) => onChange(typeof next === "number" ? next : undefined)}
        hideControls
      />
    );
  }
  if (schema.format === "date-time") {
    return (
      <TextInput
        {...common}
        type="datetime-local"
        description={zone}
        defaultValue={onTheWall(typeof value === "string" ? value : undefined, zone)}
        onChange={(event) => onChange(wallTime(event.currentTarget.value, zone))}
      />
    );
  }
  if (schema.type !== "string") return <Any {...props} />;
  const Field = (schema.maxLength ?? 0) > NOTES_FROM ? Textarea : TextInput;
  return (
    <Field
      {...common}
      description={limitsOf(schema)}
      spellCheck={false}
      value={typeof value === "string" ? value : ""}
      onChange={(event: { currentTarget: { value: string } }) =>
        onChange(event.currentTarget.value === "" ? undefined : event.currentTarget.value)
      }
    />
  );
}

function List(props: FieldProps) {
  const { t } = useTranslation();
  const { name, schema, value, onChange, path, wrong, required } = props;
  const items = Array.isArray(value) ? value : [];
  const of = schema.items ?? {};
  const full = schema.maxItems !== undefined && items.length >= schema.maxItems;
  return (
    <Fieldset legend={required ? `${name} *` : name} p="sm">
      <Stack gap="xs">
        {items.map((each, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the entries of a list have no name but their place
          <Group key={index} align="flex-start" gap={4} wrap="nowrap">
            <div style={{ flex: 1, minWidth: 0 }}>
              <SchemaField
                name={`${name} ${index + 1}`}
                schema={of}
                value={each}
                onChange={(next) => onChange(items.map((old, at) => (at === index ? next : old)))}
                required
                path={`${path}/${index}`}
                wrong={wrong}
              />
            </div>
            <CloseButton
              aria-label={t("expert.removeOne", { name: `${name} ${index + 1}` })}
              onClick={() => {
                const rest = items.filter((_, at) => at !== index);
                onChange(rest.length === 0 && !required ? undefined : rest);
              }}
            />
          </Group>
        ))}
        <Group>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} />}
            disabled={full}
            onClick={() => onChange([...items, startOf(of)])}
          >
            {t("expert.add", { name })}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}

export function SchemaFields({
  schema,
  value,
  onChange,
  path = "",
  wrong,
}: Pick<FieldProps, "schema" | "value" | "onChange" | "wrong"> & { path?: string }) {
  const members = isObject(value) ? value : {};
  return (
    <Stack gap="sm">
      {membersOf(schema).map(([name, each, required]) => (
        <SchemaField
          key={name}
          name={name}
          schema={each}
          value={members[name]}
          onChange={(next) => onChange(withMember(members, name, next))}
          required={required}
          path={`${path}/${name}`}
          wrong={wrong}
        />
      ))}
    </Stack>
  );
}

export function SchemaField(props: FieldProps) {
  const { t } = useTranslation();
  const { name, schema, value, onChange, required, path, wrong } = props;
  if (schema.type === "array") return <List {...props} />;
  if (schema.type !== "object") return <Scalar {...props} />;
  if (value === undefined) {
    return (
      <Group>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange(startOf(schema))}
        >
          {t("expert.add", { name })}
        </Button>
      </Group>
    );
  }
  return (
    <Fieldset legend={required ? `${name} *` : name} p="sm" pos="relative">
      {!required && (
        <CloseButton
          pos="absolute"
          top={-4}
          right={4}
          aria-label={t("expert.removeOne", { name })}
          onClick={() => onChange(undefined)}
        />
      )}
      <SchemaFields schema={schema} value={value} onChange={onChange} path={path} wrong={wrong} />
    </Fieldset>
  );
}
