import { useState } from 'react';
import type { User } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { DescriptionList } from '@apigate/ui/description-list';
import { Panel } from '@apigate/ui/panel';
import { useMe } from '../../lib/me.ts';
import { mayEdit } from '../../lib/permissions.ts';
import { EditMetadataDialog } from './edit-metadata-dialog.tsx';
import styles from './user-metadata.module.css';

/** Data of the operator's own about a user. */
export function UserMetadata({ user }: { user: User }) {
  const me = useMe();
  const [isEditing, setIsEditing] = useState(false);
  const entries = Object.entries(user.metadata);
  return (
    <Panel
      title="Metadata"
      aside={
        mayEdit(me, user) && (
          <Button kind="quiet" onClick={() => setIsEditing(true)}>
            Edit metadata…
          </Button>
        )
      }
    >
      {entries.length === 0 ? (
        <p className={styles.none}>
          None yet. What you note here goes upstream with every request of this user.
        </p>
      ) : (
        <DescriptionList
          items={entries.map(([term, value]) => ({ term, value: <code>{value}</code> }))}
        />
      )}
      {isEditing && <EditMetadataDialog user={user} onClose={() => setIsEditing(false)} />}
    </Panel>
  );
}
