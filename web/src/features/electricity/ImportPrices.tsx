// Prices of the market from a file: chosen, looked over, then taken.
import { Alert, Button, Code, FileButton, Group, Modal, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "@/api/http";
import type { SpotImport } from "@/api/types";
import { notifyDone, useProblemText } from "@/ui/problem";
import { Count, Timestamp } from "@/ui/Values";
import { useSpotWrites } from "./queries";

const EXAMPLE = "TimeUTC;PriceArea;DayAheadPriceDKK\n2026-11-22 23:00;DK1;512,98";

function Parts({ found }: { found: SpotImport }) {
  const { t } = useTranslation();
  return (
    <Table verticalSpacing={4} aria-label={t("electricity.fileHolds")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("electricity.zone")}</Table.Th>
          <Table.Th>{t("electricity.from")}</Table.Th>
          <Table.Th>{t("electricity.until")}</Table.Th>
          <Table.Th ta="right">{t("electricity.prices")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {found.parts.map((part) => (
          <Table.Tr key={`${part.zone} ${part.currency}`}>
            <Table.Td>
              {part.zone} · {part.currency}
            </Table.Td>
            <Table.Td>
              <Timestamp at={part.from} zone={part.time_zone} />
            </Table.Td>
            <Table.Td>
              <Timestamp at={part.until} zone={part.time_zone} />
            </Table.Td>
            <Table.Td ta="right">
              <Count value={part.prices} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

export function ImportPrices({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { importFile } = useSpotWrites();
  const problemText = useProblemText();
  const [csv, setCsv] = useState("");
  const [found, setFound] = useState<SpotImport | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setFailed(null);
    try {
      await work();
    } catch (error) {
      setFound(null);
      // What is wrong with the file says more than that something is.
      const about = error instanceof Problem ? error.fields.map((each) => each.message).join("; ") : "";
      setFailed(about || problemText(error));
    } finally {
      setBusy(false);
    }
  };
  const look = (file: File | null) => {
    if (!file) return;
    void run(async () => {
      const text = await file.text();
      setCsv(text);
      setFound(await importFile(text, true));
    });
  };
  const take = () =>
    void run(async () => {
      const { imported } = await importFile(csv, false);
      notifyDone(t("electricity.imported", { count: imported }));
      onClose();
    });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("electricity.import")}
      size="lg"
      closeButtonProps={{ "aria-label": t("form.close") }}
    >
      <Stack gap="md">
        <Text size="sm">{t("electricity.importText")}</Text>
        <Code block>{EXAMPLE}</Code>
        <Group>
          <FileButton
            onChange={look}
            accept=".csv,text/csv,text/plain"
            inputProps={{ "aria-label": t("electricity.file") }}
          >
            {(props) => (
              <Button variant="default" loading={busy} {...props}>
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
        {found && <Parts found={found} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("form.cancel")}
          </Button>
          <Button disabled={!found} loading={busy} onClick={take}>
            {t("electricity.take")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
