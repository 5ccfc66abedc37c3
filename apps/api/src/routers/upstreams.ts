import {
  createUpstreamInput,
  id,
  listUpstreamsInput,
  upstream,
  upstreamPage,
  upstreamRef,
  updateUpstreamInput,
} from '@apigate/contract';
import {
  createUpstream,
  deleteUpstream,
  getUpstream,
  listUpstreams,
  updateUpstream,
} from '@apigate/domain';
import { z } from 'zod';
import { protectedProcedure, router } from '../trpc.ts';

export const upstreams = router({
  list: protectedProcedure
    .input(listUpstreamsInput)
    .output(upstreamPage)
    .query(({ ctx, input }) => listUpstreams(ctx, input)),
  get: protectedProcedure
    .input(upstreamRef)
    .output(upstream)
    .query(({ ctx, input }) => getUpstream(ctx, input)),
  create: protectedProcedure
    .input(createUpstreamInput)
    .output(upstream)
    .mutation(({ ctx, input }) => createUpstream(ctx, input)),
  update: protectedProcedure
    .input(updateUpstreamInput)
    .output(upstream)
    .mutation(({ ctx, input }) => updateUpstream(ctx, input)),
  delete: protectedProcedure
    .input(upstreamRef)
    .output(z.object({ id }))
    .mutation(({ ctx, input }) => deleteUpstream(ctx, input)),
});
