import { IconFileUnknown } from '@tabler/icons-react';
import { Empty } from '@apigate/ui/empty';

/** What stands in place of a request that is not there, or not for this person. */
export function NoSuchRequest() {
  return (
    <Empty icon={<IconFileUnknown aria-hidden />} title="There is no such request">
      Requests are kept from a second after they were answered, if they came with a known key. Check
      that the id was copied whole.
    </Empty>
  );
}
