import type { User } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { useVerifyUser } from './use-verify-user.ts';

export function VerifyUserButton({ user }: { user: User }) {
  const verify = useVerifyUser();
  return (
    <Button busy={verify.isPending} onClick={() => verify.mutate({ user: user.id })}>
      Mark as verified
    </Button>
  );
}
