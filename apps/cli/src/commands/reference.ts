import { fetchReferenceInput, type referenceSourceAnswer } from '@apigate/contract';
import type { Command } from 'commander';
import { z } from 'zod';
import { confirm } from '../confirm.ts';
import { count, orDash, time } from '../format.ts';
import { openUpload } from '../upload.ts';
import { addNoun, addVerb } from '../verb.ts';

type Answer = z.infer<typeof referenceSourceAnswer>;

const sourceView = {
  columns: {
    Title: ({ source }: Answer) => source?.title ?? 'no reference yet',
    Version: ({ source }: Answer) => orDash(source?.version),
    Operations: ({ source }: Answer) =>
      source === null ? orDash(null) : count(source.operationCount),
    From: ({ source }: Answer) =>
      source === null ? orDash(null) : (source.url ?? 'a file that was uploaded'),
    Changed: ({ source }: Answer) => time(source?.updatedAt ?? null),
  },
  details: {},
};

/** `apigate reference …` */
export function addReference(program: Command): void {
  const reference = addNoun(program, 'reference', 'The reference of your API in the portal');

  addVerb(reference, {
    usage: 'show',
    about: 'Show what the reference is made of',
    input: z.strictObject({}),
    examples: ['apigate reference show'],
    run: async ({ api, output }) => output.item(await api.reference.source(), sourceView),
  });

  addVerb(reference, {
    usage: 'upload <file>',
    about: 'Make the reference of an OpenAPI document in JSON or YAML; - reads stdin',
    input: z.strictObject({ file: z.string().min(1) }),
    examples: ['apigate reference upload openapi.yaml'],
    run: async ({ api, input, output }) => {
      await using upload = await openUpload(input.file);
      output.item(await api.reference.upload(upload.content), sourceView);
    },
  });

  addVerb(reference, {
    usage: 'fetch [url]',
    about: 'Make the reference of the document at a URL, or anew of where it came from',
    input: fetchReferenceInput,
    examples: ['apigate reference fetch https://api.example.com/openapi.json'],
    run: async ({ api, input, output }) =>
      output.item(await api.reference.fetch(input), sourceView),
  });

  addVerb(reference, {
    usage: 'remove',
    about: 'Take the reference out of the portal',
    input: z.strictObject({}),
    isDestructive: true,
    examples: ['apigate reference remove --yes'],
    run: async ({ api, output, isAgreed }) => {
      await confirm('The portal shows no reference any more.', isAgreed);
      output.done('The reference is removed.', await api.reference.remove());
    },
  });
}
