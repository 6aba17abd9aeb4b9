import { existsSync } from 'node:fs';
import { $ } from 'zx/core';
import { sendCommand } from '../daemon/control.ts';
import { outdated } from '../daemon/outdated.ts';
import { notedDaemon } from '../daemon/running.ts';
import { cloudFolder } from '../folder.ts';
import { loadState, type State } from '../state.ts';
import { main } from './main.ts';

await main(async () => {
  const folder = cloudFolder();
  const outcome = await sendCommand(folder, '/status');
  if (outcome && 'failed' in outcome) throw new Error(outcome.failed);
  if (outcome && 'status' in outcome) {
    const { pid, port, startedAt } = outcome.status;
    console.log(`Running since ${startedAt}: process ${pid}, http://127.0.0.1:${port}`);
    const hint = outdated(folder);
    if (hint) console.log(hint);
  } else {
    console.log(notedDaemon(folder) ? 'Not running: its process was killed. The next run heals it.' : 'Not running.');
  }
  if (!existsSync(folder)) return;
  console.log(`Folder     ${folder}  ${sizeOf([folder])}`);
  const state = loadState(folder);
  for (const line of [...stackLines(state), ...groupLines(state), ...instanceLines(state), ...imageLines(state)])
    console.log(line);
});

function stackLines({ stacks }: State): string[] {
  const present = Object.values(stacks).filter(({ status }) => status !== 'DELETE_COMPLETE');
  return present.map(({ stackName, status }) => line('Stack', stackName, status));
}

function instanceLines({ instances }: State): string[] {
  const alive = Object.values(instances).filter(({ state }) => state !== 'terminated');
  return alive.map(({ instanceId, state, instanceType, publicIp, imageId, tags }) =>
    line('Instance', instanceId, state, instanceType, publicIp ?? 'no public address', imageId, tags.Name),
  );
}

function groupLines({ autoScalingGroups }: State): string[] {
  return Object.values(autoScalingGroups).map(group => {
    const { name, desiredCapacity, instances } = group;
    const inService = Object.values(instances).filter(({ lifecycleState }) => lifecycleState === 'InService').length;
    return line('Group', name, `${inService} of ${desiredCapacity} in service`);
  });
}

function imageLines({ images }: State): string[] {
  return Object.values(images).map(({ imageId, state, name, layers }) =>
    line('Image', imageId, state, sizeOf(layers.slice(-1)), name),
  );
}

function line(what: string, ...fields: (string | undefined)[]): string {
  return `${what.padEnd(10)} ${fields.filter(field => field !== undefined).join('  ')}`;
}

/** What folders take on disk, for people. */
function sizeOf(folders: string[]): string {
  const there = folders.filter(folder => existsSync(folder));
  if (there.length === 0) return 'no files';
  const { stdout } = $({ sync: true, quiet: true })`du --summarize --total --one-file-system --human-readable ${there}`;
  return `${stdout.trimEnd().split('\n').at(-1)?.split('\t')[0]}B`;
}
