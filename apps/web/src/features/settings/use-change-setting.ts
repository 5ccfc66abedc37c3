import { useMutation } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import type { SettingView } from '@apigate/contract';
import { showToast } from '@apigate/ui/toasts';
import { forgetMe } from '../../lib/me.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { settingText } from './setting-words.ts';

/** Sets a setting and puts it back to its default; both are in force at once. */
export function useChangeSetting() {
  const router = useRouter();

  async function report(setting: SettingView): Promise<void> {
    showToast({ text: reportText(setting) });
    await Promise.all([
      queryClient.invalidateQueries(trpc.settings.pathFilter()),
      queryClient.invalidateQueries(trpc.auth.instance.pathFilter()),
    ]);
    if (setting.name !== 'auth.require_2fa_for_admins') return;
    // It may be this admin who has to set one up now.
    await forgetMe();
    await router.invalidate();
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
