import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { answering, createWorker, given, live, settled } from '../test/cloud/cloudformation/worker-stack.ts';
import { BASE_IMAGE_ID, fakeCloud } from '../test/cloud/fake-cloud.ts';
import { SECURITY_GROUP_ID, SUBNET_ID } from '../test/cloud/state.ts';

/** The template as a stack in a cloud whose machines are on paper: what is asked comes to which instances. */
async function instancesOf(parameters: Record<string, string>) {
  const cloud = await fakeCloud();
  onTestFinished(answering(cloud, () => 'SUCCESS'));
  const all = {
    realm: 'dev',
    worker: 'core',
    amiId: BASE_IMAGE_ID,
    codeBucket: 'my-bucket',
    codePrefix: 'dist/lava/',
    installer: 'install.sh',
    installerSha256: '0'.repeat(64),
    subnets: SUBNET_ID,
    secGroups: SECURITY_GROUP_ID,
    ...parameters,
  };
  const TemplateBody = readFileSync(join(import.meta.dirname, 'worker.cfn.yaml'), 'utf8');
  await createWorker(cloud, {}, { TemplateBody, Parameters: given(all) });
  expect(await settled(cloud)).toBe('CREATE_COMPLETE');
  return live(cloud).map(id => cloud.state.instances[id]!);
}

it('with a type it launches an instance of that', async () => {
  expect(await instancesOf({ workerInstanceType: 't3.medium' })).toEqual([
    expect.objectContaining({
      instanceType: 't3.medium',
      imageId: BASE_IMAGE_ID,
      httpTokens: 'required',
      httpPutResponseHopLimit: 2,
      securityGroupIds: [SECURITY_GROUP_ID],
      tags: expect.objectContaining({ Name: 'lava-dev-core', LavaRealm: 'dev', LavaWorker: 'core' }),
    }),
  ]);
});

it('without, instances of one that is allowed and fits the image', async () => {
  const parameters = { workerAllowedInstances: 't4g.*,t3.m*', workerInstancesDesired: '2', workerInstancesMax: '3' };
  const types = (await instancesOf(parameters)).map(({ instanceType }) => instanceType);
  expect(types).toEqual(['t3.micro', 't3.micro']);
});
