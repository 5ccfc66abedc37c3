import { readFileSync } from 'node:fs';

/** A fenced block that a document wants to be run, and what it says is printed then. */
export interface Example {
  language: 'sh' | 'ts';
  code: string;
  /** The line of the document on which the code begins. */
  line: number;
  /** The text block after it under the same heading; null when there is none. */
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
    if (language === 'sh' || language === 'ts') {
      const notRunBecause = exemption.exec(text.split('\n', 1)[0] ?? '')?.[1] ?? null;
      examples.push({ language, code: text, line, shown: null, notRunBecause });
      headingOfLast = heading;
    } else if (language === 'text' && last !== undefined && heading === headingOfLast) {
      last.shown ??= text;
    }
  }
  return examples;
}

interface Block {
  language: string;
  text: string;
  line: number;
  /** The line of the heading that it stands under. */
  heading: number;
}

function readBlocks(markdown: string): Block[] {
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
