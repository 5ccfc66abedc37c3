import { setSettingInput, settingList, settingRef, settingView } from '@apigate/contract';
import { getSetting, listSettings, setSetting, unsetSetting } from '@apigate/domain';
import { protectedProcedure, router } from '../trpc.ts';

export const settings = router({
  list: protectedProcedure.output(settingList).query(({ ctx }) => listSettings(ctx)),
  get: protectedProcedure
    .input(settingRef)
    .output(settingView)
    .query(({ ctx, input }) => getSetting(ctx, input)),
  set: protectedProcedure
    .input(setSettingInput)
    .output(settingView)
    .mutation(({ ctx, input }) => setSetting(ctx, input)),
  unset: protectedProcedure
    .input(settingRef)
    .output(settingView)
    .mutation(({ ctx, input }) => unsetSetting(ctx, input)),
});
