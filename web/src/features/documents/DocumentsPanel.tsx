// Files kept with a place or a charger: added, saved, removed. What is in them is nobody's business here.
import { Alert, Anchor, Button, FileButton, Group, Stack, Text } from "@mantine/core";
import { IconFile, IconPaperclip } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem, path } from "@/api/http";
import { useLogin, useMay } from "@/api/login";
import type { Document } from "@/api/types";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { EmptyState } from "@/ui/EmptyState";
import { Failure } from "@/ui/Failure";
import { Panel } from "@/ui/Panel";
import { useProblemText } from "@/ui/problem";
import { Bytes, Timestamp } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { documentsOptions, useRecordWrites } from "./queries";

export function DocumentsPanel({ of }: { of: string }) {
  const { t } = useTranslation();
  const mayWrite = useMay("issues");
  const mayAll = useMay("network");
  const { operator } = useLogin();
  const problemText = useProblemText();
  const { data, error, refetch } = useQuery(documentsOptions(of));
  const { addDocument, removeDocument } = useRecordWrites(of);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const [removing, setRemoving] = useState<Document | null>(null);
  const add = async (files: File[]) => {
    setBusy(true);
    setFailed(null);
    try {
      for (const file of files) await addDocument(file);
    } catch (problem) {
      setFailed((problem instanceof Problem && problem.fields[0]?.message) || problemText(problem));
    } finally {
      setBusy(false);
    }
  };
  const items = data?.items ?? [];
  const adding = (
    <FileButton
      multiple
      onChange={(files) => void add(files)}
      inputProps={{ "aria-label": t("document.add") }}
    >
      {(props) => (
        <Button
          size="xs"
          variant="default"
          loading={busy}
          leftSection={<IconPaperclip size={15} />}
          {...props}
        >
          {t("document.add")}
        </Button>
      )}
    </FileButton>
  );
  return (
    <Panel title={t("document.title")} aside={mayWrite && adding}>
      <Stack gap="sm">
        {failed && (
          <Alert color="red" variant="light" role="alert">
            {failed}
          </Alert>
        )}
        {error && !data ? (
          <Failure error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Waiting />
        ) : items.length === 0 ? (
          <EmptyState icon={IconFile} title={t("document.none")} text={t("document.noneText")} />
        ) : (
          <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: "none" }}>
            {items.map((each) => (
              <Group key={each.id} component="li" justify="space-between" gap="xs" wrap="nowrap">
                <div style={{ minWidth: 0, overflowWrap: "anywhere" }}>
                  <Anchor href={path(`${of}/documents/${each.id}`)} download={each.name}>
                    {each.name}
                  </Anchor>
                  <Text size="sm" c="dimmed">
                    <Bytes value={each.bytes} /> · {each.added_by} · <Timestamp at={each.at} />
                  </Text>
                </div>
                {mayWrite && (mayAll || each.added_by === operator.name) && (
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    color="gray"
                    aria-label={t("document.removeOne", { name: each.name })}
                    onClick={() => setRemoving(each)}
                  >
                    {t("document.remove")}
                  </Button>
                )}
              </Group>
            ))}
          </Stack>
        )}
        <ConfirmAction
          opened={removing !== null}
          onClose={() => setRemoving(null)}
          title={t("document.removeOne", { name: removing?.name })}
          consequence={t("document.removeText")}
          confirmLabel={t("document.remove")}
          onConfirm={async () => {
            if (removing) await removeDocument(removing.id);
          }}
        />
      </Stack>
    </Panel>
  );
}
