// State and priority of an issue, in colour and word.
import { useTranslation } from "react-i18next";
import type { Issue } from "@/api/types";
import { ToneBadge } from "@/ui/StatusBadge";

const STATES = { open: "amber", in_progress: "blue", waiting: "violet", done: "green" } as const;
const PRIORITIES = { low: "grey", normal: "grey", high: "amber", urgent: "red" } as const;

export const STATE_WORDS = ["open", "in_progress", "waiting", "done"] as const;
export const PRIORITY_WORDS = ["low", "normal", "high", "urgent"] as const;

export function IssueState({ state }: { state: Issue["state"] }) {
  const { t } = useTranslation();
  return <ToneBadge tone={STATES[state]}>{t(`issue.state.${state}`)}</ToneBadge>;
}

export function IssuePriority({ priority }: { priority: Issue["priority"] }) {
  const { t } = useTranslation();
  return (
    <ToneBadge tone={PRIORITIES[priority]} outline={priority === "low" || priority === "normal"}>
      {t(`issue.priority.${priority}`)}
    </ToneBadge>
  );
}
