import { BootInstance, type Side } from './boot-instance.ts';
import { type Measurement, median } from './measure.ts';

// All boot scripts in their order, as rc.local runs them, against the same work done by shell.

const ROUNDS = 11;
const COLD_ROUNDS = 5;
const MEMORY = 80;

/** The guide's example, but for the size of the swap file: writing it is the disk's time, the same for both. */
const USER_DATA = {
  swap: { size: 0.0625, file: '/swap_till_you_drop' },
  shell: ['echo Hello world', 'echo Resistance is futile > /tmp/borg'],
};
const CRONTABS = {
  'ec2-user': 's3://mybucket/ec2config/latest/ec2-user.cron',
  root: 's3://mybucket/ec2config/latest/root.cron',
};

/** The whole boot sequence with and without crontabs from S3, and the memory of the hungriest script. */
export async function bootAgainstShell(): Promise<Measurement[]> {
  const instance = await BootInstance.start();
  try {
    await instance.setUserData({ ...USER_DATA, crontab: CRONTABS });
    const withCrontabs = compareSides(instance, 'boot, two crontabs from S3, against shell', 0.5);
    const memory = heaviest(instance);
    await instance.setUserData(USER_DATA);
    return [withCrontabs, compareSides(instance, 'boot, no crontabs, against shell', 1), memory];
  } finally {
    await instance.stop();
  }
}

function compareSides(instance: BootInstance, what: string, limit: number): Measurement {
  const warm = medians(instance, ROUNDS, false);
  const cold = medians(instance, COLD_ROUNDS, true);
  const shown = ({ ours, shell }: typeof warm) => `${ours.toFixed(0)} ms / ${shell.toFixed(0)} ms`;
  const how = [
    `${shown(warm)}, medians of ${ROUNDS}`,
    `cold page cache ${shown(cold)}, medians of ${COLD_ROUNDS}`,
    'both with a swap file of 64 MiB and a stand-in for swapon',
  ];
  return { what, value: warm.ours / warm.shell, limit, unit: 'x', how: how.join('; ') };
}

/** Milliseconds of either side, taken in turn. */
function medians(instance: BootInstance, rounds: number, cold: boolean): Record<Side, number> {
  const times: Record<Side, number[]> = { ours: [], shell: [] };
  for (let round = -1; round < rounds; round++) {
    for (const side of ['ours', 'shell'] as const) {
      const taken = instance.boot(side, cold);
      if (round >= 0) times[side].push(taken); // the first round only warms the caches
    }
  }
  return { ours: median(times.ours), shell: median(times.shell) };
}

function heaviest(instance: BootInstance): Measurement {
  const weights = instance.weighScripts();
  const [[name, peak] = ['', 0]] = weights.sort(([, a], [, b]) => b - a);
  const how = `most of the six and of lava-boot: ${name}`;
  return { what: 'boot, memory of one script', value: peak, limit: MEMORY, unit: ' MiB', how };
}
