import { Link } from '@tanstack/react-router';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { CodeBlock } from '@apigate/ui/code-block';
import { Notice } from '@apigate/ui/notice';
import { Panel } from '@apigate/ui/panel';
import { Status } from '@apigate/ui/status';
import { numberText } from '../../lib/number-text.ts';
import { statusTone } from '../../lib/status-tone.ts';
import type { CallAnswer } from './send-call.ts';
import type { TryState } from './use-try-call.ts';
import styles from './answer-view.module.css';

/** What came back of a call that was tried. */
export function AnswerView({ state }: { state: TryState }) {
  if (state.kind === 'answered') return <Answer answer={state.answer} />;
  if (state.kind !== 'silent') return null;
  return (
    <Notice tone="warn" icon={<IconPlugConnectedX aria-hidden />}>
      {state.reason === 'stopped'
        ? 'Stopped before an answer came. The API may have seen the call.'
        : 'No answer that this page can read. Check your connection; if the code below works in a terminal, tell the people who run this API.'}
    </Notice>
  );
}

const limitNames = /^(?:x-ratelimit-|x-quota-|ratelimit|retry-after$)/;

function Answer({ answer }: { answer: CallAnswer }) {
  const { status, statusText, headMs, totalMs, headers, body, bytes, isCutShort, refusedAs } =
    answer;
  const limits = headers.filter(([name]) => limitNames.test(name));
  const others = headers.filter(([name]) => !limitNames.test(name));
  return (
    <Panel
      title="Answer"
      aside={
        <span className={styles.facts} data-numeric>
          <Status tone={statusTone(status)} word={`${status} ${statusText}`.trim()} />
          <span>{`${Math.round(headMs)} ms`}</span>
          {totalMs - headMs > 100 && <span>{`${Math.round(totalMs)} ms in all`}</span>}
          <span>{`${numberText(bytes)} bytes`}</span>
        </span>
      }
    >
      {refusedAs && (
        <p>
          <Link to="/portal/requests/$requestId" params={{ requestId: refusedAs }}>
            Why was this refused?
          </Link>
        </p>
      )}
      {body === null ? (
        <p>The body is no text, so it is not shown.</p>
      ) : (
        body !== '' && <CodeBlock code={body} copyLabel="Copy body" />
      )}
      {isCutShort && <p>The body goes on; this is its beginning.</p>}
      <Headers title="Limits" headers={limits} isOpen />
      <Headers title="Other headers" headers={others} />
    </Panel>
  );
}

interface HeadersProps {
  title: string;
  headers: CallAnswer['headers'];
  isOpen?: boolean;
}

function Headers({ title, headers, isOpen = false }: HeadersProps) {
  if (headers.length === 0) return null;
  return (
    <details open={isOpen} className={styles.headers}>
      <summary>{title}</summary>
      <dl>
        {headers.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
