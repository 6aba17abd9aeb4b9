import { expect, test } from 'vitest';
import { type RollingGroup, type RollingPolicy, rollingUpdate } from './rolling-update.ts';

const POLICY: RollingPolicy = {
  maxBatchSize: 1,
  minInstancesInService: 0,
  minSuccessfulPercent: 100,
  pauseTime: 'PT1M',
  pause: 60_000,
  waitOnSignals: true,
};

/** A group on paper, which launches when somebody waits for it. `least` is the fewest instances that it ever had. */
function group(old: number, max: number, answers: { successes: number; failures: number }[] = []) {
  let next = 0;
  let desired = old;
  const launch = (obsolete: boolean) => ({ id: `${obsolete ? 'old' : 'new'}${next++}`, inService: true, obsolete });
  let instances = Array.from({ length: old }, () => launch(true));
  const fake = { said: [] as string[], least: old, ids: () => instances.map(({ id }) => id), sizes: [] as object[] };
  const fill = () => {
    while (instances.length < desired) instances.push(launch(false));
  };
  const port: RollingGroup = {
    look: async () => ({ max, instances: [...instances] }),
    async resize(sizes) {
      fake.sizes.push(sizes);
      desired = sizes.desired ?? desired;
    },
    async terminate(id, replaced) {
      instances = instances.filter(instance => instance.id !== id);
      fake.least = Math.min(fake.least, instances.length);
      if (!replaced) desired -= 1;
    },
    async until(what, done) {
      if (done(instances)) return;
      fill();
      if (!done(instances)) throw new Error(`${what} never happens`);
    },
    signals: async ({ count }) => answers.shift() ?? { successes: count, failures: 0 },
    pause: async milliseconds => void fake.said.push(`pause ${milliseconds}`),
    note: reason => void fake.said.push(reason),
  };
  return { ...fake, fake, port };
}

test.each([
  // old, max, least in service, batch: fewest ever, most at a time
  { old: 1, max: 2, least: 1, batch: 1, fewest: 1, raised: 2 },
  { old: 1, max: 1, least: 0, batch: 1, fewest: 0, raised: undefined },
  { old: 3, max: 3, least: 2, batch: 1, fewest: 2, raised: undefined },
  { old: 3, max: 4, least: 3, batch: 1, fewest: 3, raised: 4 },
  { old: 5, max: 10, least: 5, batch: 5, fewest: 5, raised: 10 },
  { old: 4, max: 4, least: 0, batch: 3, fewest: 1, raised: undefined },
  { old: 9, max: 9, least: 8, batch: 1, fewest: 8, raised: undefined },
])(
  '$old instances, at most $max, $least in service, batches of $batch',
  async ({ old, max, least, batch, fewest, raised }) => {
    const { fake, port } = group(old, max);
    await rollingUpdate(
      port,
      { ...POLICY, minInstancesInService: least, maxBatchSize: batch },
      { min: 1, desired: old },
    );
    expect(fake.ids()).toHaveLength(old);
    expect(fake.ids().every(id => id.startsWith('new'))).toBe(true);
    expect(fake.least).toBe(fewest);
    const said = fake.said.find(line => line.startsWith('Temporarily'));
    expect(said).toBe(raised && `Temporarily setting autoscaling group MinSize and DesiredCapacity to ${raised}.`);
  },
);

test('a group without obsolete instances is left alone', async () => {
  const { fake, port } = group(0, 1);
  await rollingUpdate(port, POLICY, { min: 0, desired: 0 });
  expect(fake.said).toEqual([]);
});

test('a failure ends it: the others live on', async () => {
  const { fake, port } = group(3, 4, [
    { successes: 1, failures: 0 },
    { successes: 0, failures: 1 },
  ]);
  const policy = { ...POLICY, minInstancesInService: 3 };
  await expect(rollingUpdate(port, policy, { min: 1, desired: 3 })).rejects.toThrow(
    'Received 0 SUCCESS signal(s) out of 1.  Unable to satisfy 100% MinSuccessfulInstancesPercent requirement',
  );
  expect(fake.ids().filter(id => id.startsWith('old'))).toHaveLength(2);
});

test('silence counts as failure, and a percentage may forgive it', async () => {
  const answers = () => [{ successes: 1, failures: 0 }];
  const sizes = { min: 0, desired: 2 };
  const strict = group(2, 2, answers());
  await expect(rollingUpdate(strict.port, { ...POLICY, maxBatchSize: 2 }, sizes)).rejects.toThrow('Received 1 SUCCESS');
  expect(strict.fake.said).toContain(
    'Failed to receive 1 resource signal(s) for the current batch.  Each resource signal timeout is counted as a FAILURE.',
  );
  const lenient = group(2, 2, answers());
  await rollingUpdate(lenient.port, { ...POLICY, maxBatchSize: 2, minSuccessfulPercent: 50 }, sizes);
});

test('without signals it pauses between batches', async () => {
  const { fake, port } = group(2, 2);
  await rollingUpdate(port, { ...POLICY, waitOnSignals: false, pause: 5 }, { min: 0, desired: 2 });
  expect(fake.said.filter(line => line.startsWith('pause'))).toEqual(['pause 5']);
});

test('as many as there may be can not all stay in service', async () => {
  const { port } = group(1, 1);
  await expect(rollingUpdate(port, { ...POLICY, minInstancesInService: 1 }, { min: 1, desired: 1 })).rejects.toThrow(
    "MinInstancesInService must be less than the autoscaling group's MaxSize",
  );
});
