// One issue.
import { useParams } from "@tanstack/react-router";
import { IssueDetail } from "@/features/issues/IssueDetail";

export function IssuePage() {
  const { id } = useParams({ from: "/issues/$id" });
  return <IssueDetail id={id} />;
}
