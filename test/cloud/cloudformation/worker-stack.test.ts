import { expect, onTestFinished, test } from 'vitest';
import { BASE_IMAGE_ID, type FakeCloud, fakeCloud } from '../fake-cloud.ts';
import { addImage, answering, createWorker, describe, events, live, settled, updateWorker } from './worker-stack.ts';

const NEW = 'ami-0e000000000000001';

async function running(parameters: Record<string, string> = {}): Promise<FakeCloud> {
  const cloud = await fakeCloud();
  addImage(cloud, NEW);
  await createWorker(cloud, parameters);
  // In the realm of this name, instances of the new image fail, as those of a broken one do.
  const isBroken = (id: string) => parameters.realm === 'broken' && cloud.state.instances[id]!.imageId === NEW;
  onTestFinished(answering(cloud, id => (isBroken(id) ? 'FAILURE' : 'SUCCESS')));
  expect(await settled(cloud)).toBe('CREATE_COMPLETE');
  return cloud;
}

test('a worker stack makes all that a worker needs', async () => {
  const cloud = await running();
  const [id] = live(cloud);
  const { Outputs, Parameters, StackId } = await describe(cloud);
  expect(Outputs).toContainEqual({ OutputKey: 'Realm', OutputValue: 'dev' });
  expect(Parameters).toContainEqual({ ParameterKey: 'secret', ParameterValue: '****' });
  expect(cloud.state.instances[id!]).toMatchObject({
    imageId: BASE_IMAGE_ID,
    httpTokens: 'required',
    userData: Buffer.from('realm: dev').toString('base64'),
    tags: {
      Name: 'lava-dev-core',
      worker: 'core',
      'aws:cloudformation:stack-name': 'worker',
      'aws:cloudformation:stack-id': StackId,
      'aws:cloudformation:logical-id': 'Group',
    },
  });
  const [role] = Object.values(cloud.state.roles);
  expect(role).toMatchObject({ managedPolicies: ['arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'] });
  expect(JSON.parse(role!.policies.signal!).Statement[0].Resource).toBe(StackId);
  expect(await events(cloud)).toEqual([
    'worker CREATE_IN_PROGRESS: User Initiated',
    ...['Role', 'Profile', 'Template'].flatMap(name => [
      `${name} CREATE_IN_PROGRESS`,
      `${name} CREATE_IN_PROGRESS: Resource creation Initiated`,
      `${name} CREATE_COMPLETE`,
    ]),
    'Group CREATE_IN_PROGRESS',
    'Group CREATE_IN_PROGRESS: Resource creation Initiated',
    `Group CREATE_IN_PROGRESS: Received SUCCESS signal with UniqueId ${id}`,
    'Group CREATE_COMPLETE',
    'worker CREATE_COMPLETE',
  ]);
});

test('another image replaces the instance, which lives until the new one has signalled', async () => {
  const cloud = await running();
  const [old] = live(cloud);
  await updateWorker(cloud, { amiId: NEW });
  expect(await settled(cloud)).toBe('UPDATE_COMPLETE');
  const left = live(cloud);
  expect(left).toHaveLength(1);
  expect(cloud.state.instances[left[0]!]!.imageId).toBe(NEW);
  const said = await events(cloud);
  // A machine on paper may signal before it is seen to be in service.
  const signal = `Group UPDATE_IN_PROGRESS: Received SUCCESS signal with UniqueId ${left[0]}`;
  expect(said).toContain(signal);
  const others = said.filter(line => line !== signal);
  expect(others.slice(others.indexOf('worker UPDATE_IN_PROGRESS: User Initiated'))).toEqual([
    'worker UPDATE_IN_PROGRESS: User Initiated',
    'Template UPDATE_IN_PROGRESS',
    'Template UPDATE_COMPLETE',
    'Group UPDATE_IN_PROGRESS',
    'Group UPDATE_IN_PROGRESS: Rolling update initiated. Terminating 1 obsolete instance(s) in batches of 1, while keeping at least 1 instance(s) in service. Waiting on resource signals with a timeout of PT1M when new instances are added to the autoscaling group.',
    'Group UPDATE_IN_PROGRESS: Temporarily setting autoscaling group MinSize and DesiredCapacity to 2.',
    'Group UPDATE_IN_PROGRESS: New instance(s) added to autoscaling group - Waiting on 1 resource signal(s) with a timeout of PT1M.',
    `Group UPDATE_IN_PROGRESS: Terminating instance(s) [${old}]; replacing with 0 new instance(s).`,
    `Group UPDATE_IN_PROGRESS: Successfully terminated instance(s) [${old}] (Progress 100%).`,
    'Group UPDATE_COMPLETE',
    'worker UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'worker UPDATE_COMPLETE',
  ]);
});

test('a broken image is taken back, and the old worker lives on', async () => {
  const cloud = await running({ realm: 'broken' });
  const [old] = live(cloud);
  await updateWorker(cloud, { amiId: NEW });
  expect(await settled(cloud)).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(live(cloud)).toEqual([old]);
  expect((await describe(cloud)).Parameters).toContainEqual({ ParameterKey: 'amiId', ParameterValue: BASE_IMAGE_ID });
  const [group] = Object.values(cloud.state.autoScalingGroups);
  expect(group).toMatchObject({ minSize: 1, maxSize: 2, desiredCapacity: 1, launchTemplate: { Version: '1' } });
  const said = await events(cloud);
  expect(said).toContain(
    'Group UPDATE_FAILED: Received 0 SUCCESS signal(s) out of 1.  Unable to satisfy 100% MinSuccessfulInstancesPercent requirement',
  );
  expect(said).toContain('worker UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to update: [Group]. ');
  expect(said.slice(-3)).toEqual([
    'Group UPDATE_COMPLETE',
    'worker UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'worker UPDATE_ROLLBACK_COMPLETE',
  ]);
});
