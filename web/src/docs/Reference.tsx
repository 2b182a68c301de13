// The API reference, drawn from the server's own description.
import { Anchor, Center, Group, Loader, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failure } from "@/ui/Failure";
import { Logo } from "@/ui/Logo";
import { OperationView } from "./OperationView";
import { byTag, type Document } from "./openapi";
import { Prose } from "./Prose";
import classes from "./Reference.module.css";

const DOCUMENT = "/api/openapi.json";

function useDocument(): { document?: Document; error?: Error } {
  const [found, setFound] = useState<{ document?: Document; error?: Error }>({});
  useEffect(() => {
    const stop = new AbortController();
    fetch(DOCUMENT, { signal: stop.signal })
      .then(async (response) => {
        if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
        setFound({ document: (await response.json()) as Document });
      })
      .catch((error: Error) => {
        if (!stop.signal.aborted) setFound({ error });
      });
    return () => stop.abort();
  }, []);
  return found;
}

export function Reference() {
  const { t } = useTranslation();
  const { document, error } = useDocument();
  const [text, setText] = useState("");
  if (error) {
    return (
      <Center mih="100vh" p="md">
        <Failure error={error} retry={() => window.location.reload()} />
      </Center>
    );
  }
  if (!document) {
    return (
      <Center mih="100vh">
        <Loader aria-label={t("table.loading")} />
      </Center>
    );
  }
  const wanted = text.trim().toLowerCase();
  const groups = byTag(document)
    .map((group) => ({
      ...group,
      entries: group.entries.filter((entry) =>
        `${entry.method} ${entry.path} ${entry.operation.summary ?? ""}`.toLowerCase().includes(wanted),
      ),
    }))
    .filter((group) => group.entries.length > 0);
  return (
    <div className={classes.page}>
      <nav className={classes.side} aria-label={t("docs.contents")}>
        <Group gap="sm" mb="md">
          <Logo size={26} />
          <Anchor href="/" fw={600} c="inherit">
            Forecourt
          </Anchor>
        </Group>
        <TextInput
          aria-label={t("docs.search")}
          placeholder={t("docs.search")}
          leftSection={<IconSearch size={16} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          mb="md"
        />
        {groups.map((group) => (
          <div key={group.tag} className={classes.group}>
            <Text fw={600} size="sm">
              {group.tag || t("docs.other")}
            </Text>
            {group.entries.map((entry) => (
              <a key={entry.id} href={`#${entry.id}`} className={classes.link}>
                <span className={classes.verb} data-method={entry.method}>
                  {entry.method}
                </span>
                <span>{entry.operation.summary ?? entry.path}</span>
              </a>
            ))}
          </div>
        ))}
      </nav>
      <main className={classes.main}>
        <Stack gap="xl">
          <div>
            <Title order={1}>{document.info.title}</Title>
            <Text c="dimmed">
              {t("docs.version", { version: document.info.version })} ·{" "}
              <Anchor href={DOCUMENT} inherit>
                {t("docs.download")}
              </Anchor>
            </Text>
            <Prose text={document.info.description} />
          </div>
          {groups.map((group) => (
            <section key={group.tag}>
              <Title order={2} mb="sm" fz={20}>
                {group.tag || t("docs.other")}
              </Title>
              <Prose text={group.description} />
              <Stack gap="sm">
                {group.entries.map((entry) => (
                  <OperationView key={entry.id} document={document} entry={entry} />
                ))}
              </Stack>
            </section>
          ))}
        </Stack>
      </main>
    </div>
  );
}
