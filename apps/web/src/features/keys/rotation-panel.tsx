import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { Key, OldKeyUse } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { DescriptionList } from '@apigate/ui/description-list';
import { Panel } from '@apigate/ui/panel';
import { RelativeTime } from '@apigate/ui/relative-time';
import { Table, type Column } from '@apigate/ui/table';
import { numberText } from '../../lib/number-text.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { trpc } from '../../lib/trpc.ts';
import { EndRotationDialog, type RotationEnd } from './end-rotation-dialog.tsx';
import { keyText } from './key-text.ts';

const askAgainAfterMs = 15_000;

export interface RotationPanelProps {
  /** The old key. */
  apiKey: Key;
  mayEnd: boolean;
}

/** A rotation under way: who still calls with the old key, and how to end it. */
export function RotationPanel({ apiKey, mayEnd }: RotationPanelProps) {
  const [end, setEnd] = useState<RotationEnd>();
  const { data, error } = useQuery(
    trpc.keys.rotation.queryOptions({ key: apiKey.id }, { refetchInterval: askAgainAfterMs }),
  );
  return (
    <Panel
      title={`Rotation of ${apiKey.name}`}
      aside={
        mayEnd && (
          <>
            <Button onClick={() => setEnd('cancel')}>Cancel rotation…</Button>
            <Button onClick={() => setEnd('finish')}>Stop old key now…</Button>
          </>
        )
      }
    >
      {error && !data && <ProblemReport error={error} size="inline" />}
      <DescriptionList
        items={[
          { term: 'Old key', value: <code>{keyText(apiKey)}</code> },
          {
            term: 'Stops',
            value: apiKey.graceUntil ? <RelativeTime at={apiKey.graceUntil} /> : '–',
          },
          { term: 'Still used', value: data ? <UseText use={data.use} /> : '…' },
        ]}
      />
      {data && data.use.callers.length > 0 && (
        <Table
          label={`Programs that call with the old key of ${apiKey.name}`}
          columns={columns}
          rows={data.use.callers}
          rowKey={({ ip, userAgent }) => `${ip} ${userAgent}`}
        />
      )}
      {end && <EndRotationDialog apiKey={apiKey} end={end} onClose={() => setEnd(undefined)} />}
    </Panel>
  );
}

function UseText({ use }: { use: OldKeyUse }) {
  const { calls, lastCallAt, addresses } = use;
  if (lastCallAt === null) return 'By nobody since the rotation began';
  const from = addresses === 1 ? '1 address' : `${numberText(addresses)} addresses`;
  return (
    <>
      {calls === 1 ? '1 call' : `${numberText(calls)} calls`} from {from}, the last one{' '}
      <RelativeTime at={lastCallAt} />
    </>
  );
}

const columns: readonly Column<OldKeyUse['callers'][number]>[] = [
  {
    id: 'program',
    header: 'Program',
    phone: 'title',
    cell: ({ userAgent }) => userAgent ?? 'Not told',
  },
  { id: 'address', header: 'Address', widthPx: 180, cell: ({ ip }) => ip ?? '–' },
  {
    id: 'calls',
    header: 'Calls',
    widthPx: 96,
    align: 'end',
    cell: ({ calls }) => numberText(calls),
  },
  {
    id: 'last',
    header: 'Last call',
    widthPx: 140,
    cell: ({ lastCallAt }) => <RelativeTime at={lastCallAt} />,
  },
];
