// Descriptions of the document: paragraphs and code in backticks, nothing more. Never markup.
import { Code, Text } from "@mantine/core";
import { Fragment } from "react";

export function Prose({ text }: { text?: string }) {
  if (!text) return null;
  return text.split(/\n\s*\n/).map((paragraph) => (
    <Text key={paragraph} mt={6} maw={760}>
      {paragraph.split(/(`[^`]+`)/).map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one paragraph keep their place
        <Fragment key={index}>
          {part.startsWith("`") && part.length > 2 ? <Code>{part.slice(1, -1)}</Code> : part}
        </Fragment>
      ))}
    </Text>
  ));
}
