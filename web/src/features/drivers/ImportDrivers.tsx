// Drivers from a file: chosen, looked over line by line, then taken.
import {
  Alert,
  Badge,
  Button,
  FileButton,
  Group,
  Modal,
  ScrollArea,
  Stack,
  Table,
  Text,
} from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DriverImport } from "@/api/types";
import { notifyDone, useProblemText } from "@/ui/problem";
import { Outside } from "@/ui/Values";
import { useDriverWrites } from "./queries";

/** Lines drawn: the ones with problems come first. */
const LINES_SHOWN = 200;

function Preview({ outcome }: { outcome: DriverImport }) {
  const { t } = useTranslation();
  const lines = [...outcome.lines].sort((a, b) => b.problems.length - a.problems.length || a.line - b.line);
  return (
    <ScrollArea.Autosize
      mah={360}
      viewportProps={{ tabIndex: 0, role: "region", "aria-label": t("driver.lines") }}
    >
      <Table striped verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("driver.line")}</Table.Th>
            <Table.Th>{t("driver.name")}</Table.Th>
            <Table.Th>{t("driver.email")}</Table.Th>
            <Table.Th>{t("driver.outcome")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.slice(0, LINES_SHOWN).map((line) => (
            <Table.Tr key={line.line}>
              <Table.Td>{line.line}</Table.Td>
              <Table.Td>
                <Outside text={line.name} />
              </Table.Td>
              <Table.Td>
                <Outside text={line.email} />
              </Table.Td>
              <Table.Td>
                {line.problems.length === 0 ? (
                  t("driver.lineGood")
                ) : (
                  <Text size="sm" c="var(--mantine-color-error)">
                    {line.problems.join("; ")}
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}

export function ImportDrivers({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { importFile } = useDriverWrites();
  const problemText = useProblemText();
  const [csv, setCsv] = useState("");
  const [outcome, setOutcome] = useState<DriverImport | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setFailed(null);
    try {
      await work();
    } catch (error) {
      setFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  };
  const look = (file: File | null) => {
    if (!file) return;
    void run(async () => {
      const text = await file.text();
      setCsv(text);
      setOutcome(await importFile(text, true));
    });
  };
  const take = () =>
    void run(async () => {
      const { imported } = await importFile(csv, false);
      notifyDone(t("driver.imported", { count: imported }));
      onClose();
    });
  const good = outcome?.lines.filter((line) => line.problems.length === 0).length ?? 0;
  const wrong = (outcome?.lines.length ?? 0) - good;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("driver.import")}
      size="xl"
      closeButtonProps={{ "aria-label": t("form.close") }}
    >
      <Stack gap="md">
        <Text size="sm">{t("driver.importText")}</Text>
        <Group gap="xs">
          <FileButton
            onChange={look}
            accept=".csv,text/csv,text/plain"
            inputProps={{ "aria-label": t("driver.file") }}
          >
            {(props) => (
              <Button variant="default" loading={busy} {...props}>
                {t("driver.chooseFile")}
              </Button>
            )}
          </FileButton>
          {outcome && (
            <Group gap={6} role="status">
              <Badge color="green" variant="light">
                {t("driver.linesGood", { count: good })}
              </Badge>
              {wrong > 0 && (
                <Badge color="red" variant="light">
                  {t("driver.linesWrong", { count: wrong })}
                </Badge>
              )}
            </Group>
          )}
        </Group>
        {failed && (
          <Alert color="red" variant="light" role="alert">
            {failed}
          </Alert>
        )}
        {outcome && <Preview outcome={outcome} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("form.cancel")}
          </Button>
          <Button disabled={good === 0} loading={busy} onClick={take}>
            {t("driver.takeLines", { count: good })}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
