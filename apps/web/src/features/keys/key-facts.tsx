import { Link } from '@tanstack/react-router';
import type { Key } from '@apigate/contract';
import { CopyButton } from '@apigate/ui/copy-button';
import { DescriptionList } from '@apigate/ui/description-list';
import { Panel } from '@apigate/ui/panel';
import { RelativeTime } from '@apigate/ui/relative-time';
import { numberText } from '../../lib/number-text.ts';
import { keyText } from './key-text.ts';
import { keyKindText } from './key-words.ts';

/** What a key is and may do. */
export function KeyFacts({ apiKey }: { apiKey: Key }) {
  const { id, user, kind, scopes, allowedIps, rateLimitPerMinute } = apiKey;
  const at = (term: string, time: Date | null) =>
    time === null ? [] : [{ term, value: <RelativeTime at={time} /> }];
  return (
    <Panel title="Key">
      <DescriptionList
        items={[
          {
            term: 'Id',
            value: (
              <>
                <code>{id}</code> <CopyButton kind="icon" text={id} label="Copy key id" />
              </>
            ),
          },
          { term: kind === 'basic' ? 'Key id' : 'Secret', value: <code>{keyText(apiKey)}</code> },
          { term: 'Kind', value: keyKindText[kind] },
          {
            term: 'Owner',
            value: (
              <Link to="/console/users/$id" params={{ id: user.id }}>
                {user.email}
              </Link>
            ),
          },
          {
            term: 'Scopes',
            value: scopes.length === 0 ? 'None' : <code>{scopes.join(' ')}</code>,
          },
          {
            term: 'Addresses',
            value: allowedIps === null ? 'All' : <code>{allowedIps.join(' ')}</code>,
          },
          {
            term: 'Rate limit',
            value:
              rateLimitPerMinute === null
                ? 'That of the plan'
                : `${numberText(rateLimitPerMinute)} a minute`,
          },
          {
            term: 'Last used',
            value: apiKey.lastUsedAt ? <RelativeTime at={apiKey.lastUsedAt} /> : 'Never',
          },
          {
            term: 'Expires',
            value: apiKey.expiresAt ? <RelativeTime at={apiKey.expiresAt} /> : 'Never',
          },
          { term: 'Created', value: <RelativeTime at={apiKey.createdAt} /> },
          ...at('Revoked', apiKey.revokedAt),
          ...at('Works until', apiKey.graceUntil),
          ...(apiKey.replacedBy === null
            ? []
            : [
                {
                  term: 'Replaced by',
                  value: (
                    <Link to="/console/keys/$id" params={{ id: apiKey.replacedBy }}>
                      its successor
                    </Link>
                  ),
                },
              ]),
        ]}
      />
    </Panel>
  );
}
