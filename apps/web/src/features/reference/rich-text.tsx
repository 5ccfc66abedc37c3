import { Fragment, type ReactNode } from 'react';
import styles from './rich-text.module.css';

/**
 * A description out of an OpenAPI document: the parts of Markdown that are common there. It comes of strangers, so it is
 * made of elements and text, never of HTML, and what is not understood stands as it was written.
 */
export function RichText({ text }: { text: string }) {
  return <div className={styles.text}>{text.split(/\n{2,}/).map(block)}</div>;
}

function block(text: string, at: number): ReactNode {
  const lines = text.split('\n');
  if (text.startsWith('```')) {
    const code = text.replace(/^```.*\n?/, '').replace(/\n?```\s*$/, '');
    return (
      <pre key={at}>
        <code>{code}</code>
      </pre>
    );
  }
  if (lines.every((line) => /^\s*[-*+] /.test(line))) {
    return (
      <ul key={at}>
        {lines.map((line) => (
          <li key={line}>{inline(line.replace(/^\s*[-*+] /, ''))}</li>
        ))}
      </ul>
    );
  }
  const heading = /^#{1,6} (.*)$/.exec(text);
  return <p key={at}>{heading ? <strong>{heading[1]}</strong> : inline(text)}</p>;
}

const marks = /(`[^`\n]+`|\*\*[^*\n]+\*\*|\[[^\]\n]+\]\(https?:\/\/[^\s)]+\))/;

function inline(text: string): ReactNode[] {
  return text.split(marks).map((part, at) => <Fragment key={at}>{marked(part)}</Fragment>);
}

function marked(part: string): ReactNode {
  if (/^`.+`$/.test(part)) return <code>{part.slice(1, -1)}</code>;
  if (/^\*\*.+\*\*$/.test(part)) return <strong>{part.slice(2, -2)}</strong>;
  const link = /^\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)$/.exec(part);
  if (link === null) return part;
  return (
    <a href={link[2]} rel="noreferrer noopener nofollow">
      {link[1]}
    </a>
  );
}
