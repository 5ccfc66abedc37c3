import { IconUserQuestion } from '@tabler/icons-react';
import { Empty } from '@apigate/ui/empty';

/** What stands in place of a list that was asked for somebody who is not there. */
export function NoSuchPerson({ name }: { name: string }) {
  return (
    <Empty icon={<IconUserQuestion aria-hidden />} title={`There is no user “${name}”`}>
      Write a whole e-mail address, username or id. What deleted users did is in the list without
      this filter, with a digest in place of their address.
    </Empty>
  );
}
