// Many charge keys at once: typed or pasted, a line each; the ones that are good are taken.
import { Alert, Select, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "@/ui/FormDialog";
import { notifyDone } from "@/ui/problem";
import { KINDS } from "./KeyForm";
import { useIdTokenWrites } from "./queries";

/** Lines as `number; name; e-mail of the driver`, between them a comma, a semicolon or a tab. */
export function readLines(text: string): { uid: string; alias?: string; driver?: string }[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.split(/[;,\t]/).map((part) => part.trim()))
    .filter((parts) => parts[0])
    .map(([uid = "", alias, driver]) => ({
      uid,
      ...(alias ? { alias } : {}),
      ...(driver ? { driver } : {}),
    }));
}

export function ImportKeys({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { importKeys } = useIdTokenWrites();
  const [wrong, setWrong] = useState<string[]>([]);
  const form = useForm({
    initialValues: { text: "", kind: "rfid" },
    validate: { text: (value) => (readLines(value).length > 0 ? null : t("form.required")) },
  });
  return (
    <FormDialog
      title={t("key.import")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("key.importDo")}
      size="lg"
      onSubmit={async (values) => {
        const lines = readLines(values.text);
        const answer = await importKeys(lines.map((line) => ({ ...line, kind: values.kind })));
        if (answer.imported > 0) notifyDone(t("key.imported", { count: answer.imported }));
        const left = lines.filter((_, at) => (answer.problems[at]?.length ?? 0) > 0);
        if (left.length === 0) return undefined;
        setWrong(
          lines.flatMap((line, at) =>
            (answer.problems[at] ?? []).map((problem) => `${line.uid}: ${problem}`),
          ),
        );
        // What was not taken stays in the field, to be mended.
        form.setFieldValue(
          "text",
          left.map((line) => [line.uid, line.alias ?? "", line.driver ?? ""].join(";")).join("\n"),
        );
        return "stay";
      }}
    >
      <Textarea
        label={t("key.lines")}
        description={t("key.linesHelp")}
        autosize
        minRows={6}
        maxRows={14}
        spellCheck={false}
        data-autofocus
        {...form.getInputProps("text")}
      />
      <Select
        label={t("key.kind")}
        data={KINDS.map((value) => ({ value, label: t(`key.kinds.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("kind")}
      />
      {wrong.length > 0 && (
        <Alert color="red" variant="light" role="alert" title={t("key.notTaken", { count: wrong.length })}>
          {wrong.slice(0, 20).map((text) => (
            <div key={text}>{text}</div>
          ))}
        </Alert>
      )}
    </FormDialog>
  );
}
