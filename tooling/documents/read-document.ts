import { readFileSync } from 'node:fs';

/** A fenced block that a document wants to be run, and what it says is printed then. */
export interface Example {
  language: 'sh' | 'ts' | 'graphql';
  code: string;
  /** The line of the document on which the code begins. */
  line: number;
  /** The block of text or JSON after it under the same heading; null when there is none. */
  shown: string | null;
  /** Why the tests cannot run it; null when they do. */
  notRunBecause: string | null;
}

const fence = /^```(\w*)$/;
const exemption = /^# Not run by the tests: (.+)$/m;

/** Reads the examples of a Markdown document in order. */
export function readExamples(file: string): Example[] {
  const examples: Example[] = [];
  let headingOfLast = 0;
  for (const { language, text, line, heading } of readBlocks(readFileSync(file, 'utf8'))) {
    const last = examples.at(-1);
    if (language === 'sh' || language === 'ts' || language === 'graphql') {
      const notRunBecause = exemption.exec(text.split('\n', 1)[0] ?? '')?.[1] ?? null;
      examples.push({ language, code: text, line, shown: null, notRunBecause });
      headingOfLast = heading;
    } else if (
      (language === 'text' || language === 'json') &&
      last !== undefined &&
      heading === headingOfLast
    ) {
      last.shown ??= text;
    }
  }
  return examples;
}

/** A fenced block of a document. */
export interface Block {
  /** Empty where none is told. */
  language: string;
  text: string;
  /** The line of the document on which the text begins. */
  line: number;
  /** The line of the heading that it stands under. */
  heading: number;
}

/** Reads the fenced blocks of a Markdown document in order. */
export function readBlocks(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { language: string; lines: string[]; line: number } | null = null;
  let heading = 0;
  for (const [index, content] of markdown.split('\n').entries()) {
    const language = fence.exec(content)?.[1];
    if (open === null) {
      if (content.startsWith('#')) heading = index + 1;
      if (language !== undefined) open = { language, lines: [], line: index + 2 };
    } else if (language === '') {
      blocks.push({ ...open, text: open.lines.join('\n'), heading });
      open = null;
    } else {
      open.lines.push(content);
    }
  }
  return blocks;
}

const tableLine = /^\|(.+)\|$/;
const caption = /^\*\*.*Properties:\*\*$/;

/**
 * The names of the rows of every table of a Markdown document: those of Markdown, those that are lists of properties,
 * and those that are written as a type, an enum, an object or lines of a log.
 */
export function readTables(markdown: string): string[][] {
  const inCode = readBlocks(markdown)
    .filter(({ language }) => language === 'typescript')
    .map(({ text }) =>
      text.split('\n').flatMap((line) => {
        const field = /^ +(?:\[\w+\.)?(\w+)\]?\??\s*[:=]/.exec(line);
        const deed = /^\[\d[^\]]*\] [A-Z]+ (\[\w+\] [^:]+):/.exec(line);
        return [...(field?.slice(1) ?? []), ...(deed?.slice(1) ?? [])];
      }),
    );
  const inText = markdown
    .replaceAll(/^```[^]*?^```$/gm, '')
    .split(/\n{2,}/)
    .flatMap((paragraph) => {
      const lines = paragraph.split('\n');
      if (tableLine.test(lines[0] ?? '')) return [lines.slice(2).map(firstCell)];
      const items = lines.flatMap((line) => /^- \*\*(.+?)\*\*:/.exec(line)?.slice(1) ?? []);
      return caption.test(lines[0] ?? '') ? [items] : [];
    });
  return [...inText, ...inCode].filter((rows) => rows.length > 0);
}

function firstCell(line: string): string {
  return (tableLine.exec(line)?.[1] ?? '').split('|', 1)[0]?.trim().replaceAll('`', '') ?? '';
}
