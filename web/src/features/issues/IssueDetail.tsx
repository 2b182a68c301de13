// One issue: what is to be done, who does it, and everything that was said, in order.
import { Button, Group, Paper, Select, Stack, Text, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { IssueDetail as Detail, IssueEntry, IssueRequest } from "@/api/types";
import { DocumentsPanel } from "@/features/documents/DocumentsPanel";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { RouteLink } from "@/ui/Links";
import { Page } from "@/ui/Page";
import { Panel } from "@/ui/Panel";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { Absent, Outside, Timestamp } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { IssuePriority, IssueState, PRIORITY_WORDS, STATE_WORDS } from "./IssueBadges";
import { issueOptions, useIssueWrites, usePeople } from "./queries";

type Changed = Record<string, [unknown, unknown]>;

function changes(text: string): Changed {
  try {
    return JSON.parse(text) as Changed;
  } catch {
    return {};
  }
}

/** A change in words: who it was given to, what it became. */
function ChangeText({ entry }: { entry: IssueEntry }) {
  const { t } = useTranslation();
  const people = usePeople();
  const words = Object.entries(changes(entry.text)).map(([name, [, now]]) => {
    if (name === "state") return t("issue.became", { state: t(`issue.state.${now}`) });
    if (name === "priority") return t("issue.priorityBecame", { priority: t(`issue.priority.${now}`) });
    if (name === "assignee_id") {
      const person = people.find((each) => each.value === now)?.label;
      return now ? t("issue.givenTo", { name: person ?? now }) : t("issue.givenToNobody");
    }
    return t("issue.changedMember", { member: t(`issue.member.${name}`) });
  });
  return <Text c="dimmed">{words.join(" · ")}</Text>;
}

function Entry({ entry }: { entry: IssueEntry }) {
  return (
    <Paper p="sm" component="li">
      <Group gap={8} mb={2}>
        <Text fw={600}>
          <Outside text={entry.author} />
        </Text>
        <Text size="sm" c="dimmed">
          <Timestamp at={entry.at} />
        </Text>
      </Group>
      {entry.kind === "comment" ? (
        <Text style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{entry.text}</Text>
      ) : (
        <ChangeText entry={entry} />
      )}
    </Paper>
  );
}

function Comment({ id }: { id: string }) {
  const { t } = useTranslation();
  const { comment } = useIssueWrites();
  const problemText = useProblemText();
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    try {
      await comment(id, text);
      setText("");
    } catch (error) {
      notifyFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack gap="xs">
      <Textarea
        label={t("issue.comment")}
        autosize
        minRows={2}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Group justify="flex-end">
        <Button disabled={!text.trim()} loading={busy} onClick={() => void send()}>
          {t("issue.send")}
        </Button>
      </Group>
    </Stack>
  );
}

function Side({ issue }: { issue: Detail }) {
  const { t } = useTranslation();
  const { edit } = useIssueWrites();
  const people = usePeople();
  const problemText = useProblemText();
  const change = (body: IssueRequest) =>
    void edit(issue.id, body).catch((error) => notifyFailed(problemText(error)));
  return (
    <Panel title={t("issue.handling")}>
      <Stack gap="sm">
        <Select
          label={t("issue.stateLabel")}
          data={STATE_WORDS.map((value) => ({ value, label: t(`issue.state.${value}`) }))}
          allowDeselect={false}
          value={issue.state}
          onChange={(state) => state && change({ state })}
        />
        <Select
          label={t("issue.assignee")}
          data={people}
          searchable
          clearable
          placeholder={t("issue.nobody")}
          value={issue.assignee_id}
          onChange={(assignee_id) => change({ assignee_id })}
        />
        <Select
          label={t("issue.priorityLabel")}
          data={PRIORITY_WORDS.map((value) => ({ value, label: t(`issue.priority.${value}`) }))}
          allowDeselect={false}
          value={issue.priority}
          onChange={(priority) => priority && change({ priority })}
        />
        <Facts
          rows={[
            [
              t("issue.charger"),
              issue.station_id ? (
                <RouteLink key="c" to="/chargers/$id" params={{ id: issue.station_id }}>
                  <Outside text={issue.station_identity} />
                </RouteLink>
              ) : (
                <Absent key="c" />
              ),
            ],
            [
              t("issue.site"),
              issue.site_id ? (
                <RouteLink key="s" to="/sites/$id" params={{ id: issue.site_id }}>
                  <Outside text={issue.site_name} />
                </RouteLink>
              ) : (
                <Absent key="s" />
              ),
            ],
            [
              t("issue.fault"),
              issue.fault_id && issue.station_id ? (
                <RouteLink
                  key="f"
                  to="/faults"
                  search={{ status: "all", charger: issue.station_id } as never}
                >
                  <Outside text={issue.fault_code} />
                </RouteLink>
              ) : (
                <Absent key="f" />
              ),
            ],
            [t("issue.createdBy"), <Outside key="b" text={issue.created_by} />],
            [t("issue.created"), <Timestamp key="t" at={issue.created_at} />],
            [t("issue.closed"), <Timestamp key="d" at={issue.closed_at} />],
          ]}
        />
      </Stack>
    </Panel>
  );
}

export function IssueDetail({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data: issue, error, refetch } = useQuery(issueOptions(id));
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!issue) return <Waiting />;
  return (
    <Page
      title={issue.title}
      above={<RouteLink to="/issues">{t("issue.log")}</RouteLink>}
      aside={
        <Group gap={6}>
          <IssueState state={issue.state} />
          <IssuePriority priority={issue.priority} />
        </Group>
      }
      lead={`#${issue.number}`}
    >
      <div style={{ display: "flex", flexWrap: "wrap", gap: 16, alignItems: "flex-start" }}>
        <Stack gap="md" style={{ flex: "2 1 420px", minWidth: 0 }}>
          {issue.text && (
            <Panel title={t("issue.text")}>
              <Text style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{issue.text}</Text>
            </Panel>
          )}
          <Stack
            gap="xs"
            component="ul"
            m={0}
            p={0}
            style={{ listStyle: "none" }}
            aria-label={t("issue.history")}
          >
            {issue.entries.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </Stack>
          <Comment id={id} />
        </Stack>
        <div style={{ flex: "1 1 280px", minWidth: 0 }}>
          <Stack gap="md">
            <Side issue={issue} />
            <DocumentsPanel of={`/issues/${issue.id}`} />
          </Stack>
        </div>
      </div>
    </Page>
  );
}
