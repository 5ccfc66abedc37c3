import {
  createViewInput,
  id,
  listViewsInput,
  updateViewInput,
  view,
  viewList,
  viewRef,
} from '@apigate/contract';
import { createView, deleteView, listViews, updateView } from '@apigate/domain';
import { z } from 'zod';
import { protectedProcedure, router } from '../trpc.ts';

export const views = router({
  list: protectedProcedure
    .input(listViewsInput)
    .output(viewList)
    .query(({ ctx, input }) => listViews(ctx, input)),
  create: protectedProcedure
    .input(createViewInput)
    .output(view)
    .mutation(({ ctx, input }) => createView(ctx, input)),
  update: protectedProcedure
    .input(updateViewInput)
    .output(view)
    .mutation(({ ctx, input }) => updateView(ctx, input)),
  delete: protectedProcedure
    .input(viewRef)
    .output(z.object({ id }))
    .mutation(({ ctx, input }) => deleteView(ctx, input)),
});
