// One variable: each of its attributes with what it is and may become, changed in place, with the station's answer below.
import { ActionIcon, Button, Group, Select, Stack, Table, Text, TextInput, Tooltip } from "@mantine/core";
import { IconEdit, IconLock } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStationCommand } from "@/api/commands";
import { useMay } from "@/api/login";
import type { Command, Component, DriftLine, ModelAttribute, ModelVariable } from "@/api/types";
import { CommandAnswer } from "@/ui/CommandAnswer";
import { useProblemText } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import { Outside, Timestamp } from "@/ui/Values";
import { readOf, variableName, writeOf } from "./write";

interface RowProps {
  station: string;
  component: Component;
  variable: ModelVariable;
  drift?: DriftLine;
}

/** What a variable may be, in words: its type, its limits, its choices. */
function Limits({ variable }: { variable: ModelVariable }) {
  const { t } = useTranslation();
  const { data_type, unit, min, max, choices } = variable;
  const range =
    min !== null && max !== null
      ? t("device.between", { min, max })
      : min !== null
        ? t("device.atLeast", { min })
        : max !== null
          ? t("device.atMost", { max })
          : null;
  const words = [data_type, unit, range].filter(Boolean).join(" · ");
  return (
    <Text size="sm" c="dimmed" component="div">
      <Outside text={words} />
      {choices.length > 0 && (
        <div>
          <Outside text={choices.join(", ")} mono />
        </div>
      )}
    </Text>
  );
}

function choicesOf(variable: ModelVariable): string[] | null {
  if (variable.data_type === "boolean") return ["true", "false"];
  return variable.data_type === "OptionList" && variable.choices.length > 0 ? variable.choices : null;
}

function Editor({
  variable,
  label,
  initial,
  onSave,
  onCancel,
}: {
  variable: ModelVariable;
  label: string;
  initial: string;
  onSave: (value: string) => Promise<void>;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  const [value, setValue] = useState(initial);
  const [busy, setBusy] = useState(false);
  const choices = choicesOf(variable);
  const send = (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    void onSave(value).finally(() => setBusy(false));
  };
  return (
    <form onSubmit={send}>
      <Group gap={6} wrap="wrap">
        {choices ? (
          <Select
            size="xs"
            aria-label={label}
            data={[...new Set([...choices, ...(initial ? [initial] : [])])]}
            value={value || null}
            onChange={(next) => setValue(next ?? "")}
            allowDeselect={false}
          />
        ) : (
          <TextInput
            size="xs"
            aria-label={label}
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
            autoFocus
            spellCheck={false}
            inputMode={
              variable.data_type === "integer" || variable.data_type === "decimal" ? "decimal" : undefined
            }
          />
        )}
        <Button size="xs" type="submit" loading={busy}>
          {t("device.write")}
        </Button>
        <Button size="xs" variant="default" onClick={onCancel}>
          {t("form.cancel")}
        </Button>
      </Group>
    </form>
  );
}

function AttributeCell({
  station,
  component,
  variable,
  attribute,
}: RowProps & { attribute: ModelAttribute }) {
  const { t } = useTranslation();
  const may = useMay("command");
  const send = useStationCommand(station);
  const problemText = useProblemText();
  const [editing, setEditing] = useState(false);
  const [answer, setAnswer] = useState<Command | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const name = variableName(variable);
  const label = t("command.changeOne", { name });
  const save = async (value: string) => {
    setFailed(null);
    try {
      const given = await send(writeOf(component, variable, attribute.attribute, value));
      setAnswer(given);
      if (given.outcome !== "accepted") return;
      setEditing(false);
      if (!variable.writeonly) await send(readOf(component, variable, attribute.attribute));
    } catch (error) {
      setFailed(problemText(error));
    }
  };
  return (
    <div>
      {editing ? (
        <Editor
          variable={variable}
          label={t("device.newValue", { name })}
          initial={attribute.value ?? ""}
          onSave={save}
          onCancel={() => setEditing(false)}
        />
      ) : (
        <Group gap={6} wrap="nowrap">
          {attribute.attribute !== "Actual" && <span className="quiet">{attribute.attribute}</span>}
          {variable.writeonly ? (
            <span className="quiet">{t("device.secret")}</span>
          ) : (
            <Outside text={attribute.value} mono />
          )}
          {attribute.readonly ? (
            <Tooltip label={t("variable.readonly")}>
              <IconLock size={14} role="img" aria-label={t("variable.readonly")} className="quiet" />
            </Tooltip>
          ) : (
            may && (
              <Tooltip label={label}>
                <ActionIcon
                  size="sm"
                  variant="subtle"
                  color="gray"
                  aria-label={label}
                  onClick={() => setEditing(true)}
                >
                  <IconEdit size={15} />
                </ActionIcon>
              </Tooltip>
            )
          )}
        </Group>
      )}
      {failed && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {failed}
        </Text>
      )}
      {answer && <CommandAnswer command={answer} />}
    </div>
  );
}

export function VariableRow(props: RowProps) {
  const { t } = useTranslation();
  const { variable, drift } = props;
  return (
    <Table.Tr>
      <Table.Td>
        <Outside text={variableName(variable)} mono />
      </Table.Td>
      <Table.Td>
        <Stack gap={4}>
          {variable.attributes.map((attribute) => (
            <AttributeCell key={attribute.attribute} {...props} attribute={attribute} />
          ))}
          {drift && drift.state !== "same" && (
            <div>
              <ToneBadge tone="amber">{t("device.drifts")}</ToneBadge>{" "}
              <Text size="sm" component="span">
                {t("device.wanted", { template: drift.template })} <Outside text={drift.wanted} mono />
              </Text>
            </div>
          )}
        </Stack>
      </Table.Td>
      <Table.Td>
        <Limits variable={variable} />
      </Table.Td>
      <Table.Td>
        <Timestamp at={variable.attributes[0]?.seen_at} />
      </Table.Td>
    </Table.Tr>
  );
}
