import { useMutation } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import type { SettingView } from '@apigate/contract';
import { showToast } from '@apigate/ui/toasts';
import { forgetMe } from '../../lib/me.ts';
import { toastProblem } from '../../lib/toast-problem.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { settingText } from './setting-words.ts';

/** Sets a setting and puts it back to its default, both in force at once, and reports it with a way back. */
export function useChangeSetting(before: SettingView) {
  const router = useRouter();

  async function refresh({ name }: SettingView): Promise<void> {
    await Promise.all([
      queryClient.invalidateQueries(trpc.settings.pathFilter()),
      queryClient.invalidateQueries(trpc.auth.instance.pathFilter()),
    ]);
    if (name !== 'auth.require_2fa_for_admins') return;
    // It may be this admin who has to set one up now.
    await forgetMe();
    await router.invalidate();
  }

  const onUndone = {
    onSuccess: async (setting: SettingView) => {
      showToast({ text: reportText(setting) });
      await refresh(setting);
    },
    onError: toastProblem,
  };
  const setAgain = useMutation(trpc.settings.set.mutationOptions(onUndone));
  const unsetAgain = useMutation(trpc.settings.unset.mutationOptions(onUndone));

  function undo(): void {
    const { name, value, isSet } = before;
    if (isSet && value !== null) setAgain.mutate({ name, value });
    else unsetAgain.mutate({ name });
  }

  async function report(setting: SettingView): Promise<void> {
    // What a secret was nobody knows any more.
    const isReversible = setting.visibility !== 'secret';
    showToast({ text: reportText(setting), undo: isReversible ? undo : undefined });
    await refresh(setting);
  }

  return {
    set: useMutation(trpc.settings.set.mutationOptions({ onSuccess: report })),
    unset: useMutation(trpc.settings.unset.mutationOptions({ onSuccess: report })),
  };
}

function reportText({ name, value, visibility, isSet }: SettingView): string {
  if (visibility === 'secret') return isSet ? `${name} is set.` : `${name} is removed.`;
  return `${name} is ${settingText(value)}${isSet ? '' : ', its default'}.`;
}
