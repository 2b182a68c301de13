// Notes about a place or a charger, newest first.
import { Alert, Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { IconNote } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLogin, useMay } from "@/api/login";
import type { Note } from "@/api/types";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { EmptyState } from "@/ui/EmptyState";
import { Failure } from "@/ui/Failure";
import { Panel } from "@/ui/Panel";
import { useProblemText } from "@/ui/problem";
import { Timestamp } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { useNotes, useRecordWrites } from "./queries";

function Writer({
  label,
  initial = "",
  onSend,
  onCancel,
}: {
  label: string;
  initial?: string;
  onSend: (text: string) => Promise<unknown>;
  onCancel?: () => void;
}) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [text, setText] = useState(initial);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const send = async () => {
    setBusy(true);
    setFailed(null);
    try {
      await onSend(text);
      setText("");
      onCancel?.();
    } catch (error) {
      setFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack gap="xs">
      <Textarea
        aria-label={label}
        placeholder={label}
        autosize
        minRows={2}
        maxLength={10_000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {failed && (
        <Alert color="red" variant="light" role="alert">
          {failed}
        </Alert>
      )}
      <Group gap="xs">
        <Button size="xs" loading={busy} disabled={!text.trim()} onClick={() => void send()}>
          {t("form.save")}
        </Button>
        {onCancel && (
          <Button size="xs" variant="default" onClick={onCancel}>
            {t("form.cancel")}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function OneNote({ of, note }: { of: string; note: Note }) {
  const { t } = useTranslation();
  const mayAll = useMay("network");
  const { operator } = useLogin();
  const { changeNote, removeNote } = useRecordWrites(of);
  const [editing, setEditing] = useState(false);
  const [removing, setRemoving] = useState(false);
  const may = mayAll || note.by === operator.name;
  return (
    <li>
      <Group gap="xs" justify="space-between">
        <Text size="sm" c="dimmed">
          {note.by} · <Timestamp at={note.at} />
          {note.edited_at && ` · ${t("note.edited")}`}
        </Text>
        {may && !editing && (
          <Group gap={4}>
            <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setEditing(true)}>
              {t("note.edit")}
            </Button>
            <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setRemoving(true)}>
              {t("note.remove")}
            </Button>
          </Group>
        )}
      </Group>
      {editing ? (
        <Writer
          label={t("note.text")}
          initial={note.text}
          onSend={(text) => changeNote(note.id, text)}
          onCancel={() => setEditing(false)}
        />
      ) : (
        <Text style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{note.text}</Text>
      )}
      <ConfirmAction
        opened={removing}
        onClose={() => setRemoving(false)}
        title={t("note.removeTitle")}
        consequence={t("note.removeText")}
        confirmLabel={t("note.remove")}
        onConfirm={() => removeNote(note.id)}
      />
    </li>
  );
}

export function NotesPanel({ of }: { of: string }) {
  const { t } = useTranslation();
  const mayWrite = useMay("issues");
  const list = useNotes(of);
  const { addNote } = useRecordWrites(of);
  return (
    <Panel title={t("note.title")}>
      <Stack gap="md">
        {mayWrite && <Writer label={t("note.new")} onSend={addNote} />}
        {list.error && list.items.length === 0 ? (
          <Failure error={list.error} retry={list.retry} />
        ) : list.loading ? (
          <Waiting />
        ) : list.items.length === 0 ? (
          <EmptyState icon={IconNote} title={t("note.none")} text={t("note.noneText")} />
        ) : (
          <Stack component="ul" gap="md" m={0} p={0} style={{ listStyle: "none" }}>
            {list.items.map((note) => (
              <OneNote key={note.id} of={of} note={note} />
            ))}
          </Stack>
        )}
        {list.more && (
          <Button variant="default" size="xs" loading={list.loadingMore} onClick={list.loadMore}>
            {t("table.more", { count: list.items.length })}
          </Button>
        )}
      </Stack>
    </Panel>
  );
}
