// How clean electricity is, from a file or pasted: taken whole, or not at all with each wrong line named.
import { Alert, Button, Code, FileButton, Group, Modal, Stack, Table, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "@/api/http";
import type { CarbonImport } from "@/api/types";
import { notifyDone, useProblemText } from "@/ui/problem";
import { useSpotWrites } from "./queries";

const EXAMPLE = "from,until,grams_per_kwh\n2026-11-22T00:00:00Z,2026-11-22T01:00:00Z,87";

function WrongLines({ found }: { found: CarbonImport }) {
  const { t } = useTranslation();
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      title={t("carbon.wrong", { count: found.problems.length })}
    >
      <Table
        verticalSpacing={2}
        withRowBorders={false}
        aria-label={t("carbon.wrong", { count: found.problems.length })}
      >
        <Table.Tbody>
          {found.problems.map(({ line, problem }) => (
            <Table.Tr key={`${line} ${problem}`}>
              <Table.Td w={90} className="tabular">
                {t("carbon.line", { line })}
              </Table.Td>
              <Table.Td>{t(`carbon.problem.${problem}`)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Alert>
  );
}

export function ImportCarbon({ zone, onClose }: { zone: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { importCarbon } = useSpotWrites();
  const problemText = useProblemText();
  const [csv, setCsv] = useState("");
  const [found, setFound] = useState<CarbonImport | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const change = (text: string) => {
    setCsv(text);
    setFound(null);
    setFailed(null);
  };
  const take = async () => {
    setBusy(true);
    setFailed(null);
    try {
      const answer = await importCarbon(zone, csv);
      setFound(answer);
      if (answer.problems.length > 0) return;
      notifyDone(t("carbon.imported", { count: answer.imported }));
      onClose();
    } catch (error) {
      const about = error instanceof Problem ? error.fields.map((each) => each.message).join("; ") : "";
      setFailed(about || problemText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("carbon.importTitle", { zone })}
      size="lg"
      closeButtonProps={{ "aria-label": t("form.close") }}
    >
      <Stack gap="md">
        <Text size="sm">{t("carbon.importText")}</Text>
        <Code block>{EXAMPLE}</Code>
        <Textarea
          label={t("carbon.lines")}
          autosize
          minRows={4}
          maxRows={12}
          value={csv}
          onChange={(event) => change(event.currentTarget.value)}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
        />
        <Group>
          <FileButton
            onChange={(file) => void file?.text().then(change)}
            accept=".csv,text/csv,text/plain"
            inputProps={{ "aria-label": t("carbon.file") }}
          >
            {(props) => (
              <Button variant="default" {...props}>
                {t("electricity.chooseFile")}
              </Button>
            )}
          </FileButton>
        </Group>
        {failed && (
          <Alert color="red" variant="light" role="alert">
            {failed}
          </Alert>
        )}
        {found && found.problems.length > 0 && <WrongLines found={found} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("form.cancel")}
          </Button>
          <Button disabled={csv.trim() === ""} loading={busy} onClick={() => void take()}>
            {t("carbon.take")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
