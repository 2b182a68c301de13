// Literal text of a frame, indented, with a button that copies it.
import { CopyIcon } from "./Copy";
import classes from "./Json.module.css";

export function Json({ text, copy, copyLabel }: { text: string; copy?: string; copyLabel: string }) {
  return (
    <div className={classes.frame}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre className={classes.text} tabIndex={0}>
        {text}
      </pre>
      <div className={classes.copy}>
        <CopyIcon text={copy ?? text} label={copyLabel} />
      </div>
    </div>
  );
}
