#!/usr/bin/env node
// `npx apigate …` in a checkout: runs the command's TypeScript source here when this Node can, else under the pinned one.
const nodeMajor = Number(process.versions.node.split('.')[0]);

if (nodeMajor >= 24) {
  await import('../src/main.ts');
} else {
  const { exitWith, runScript } = await import('../../../x.mjs');
  await exitWith(() => runScript('apps/cli/src/main.ts', process.argv.slice(2)));
}
