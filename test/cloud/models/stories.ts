import { makeTemplate, memberIds } from '../autoscaling/fake-group.ts';
import { NOTHING, WORKER } from '../cloudformation/sample-templates.ts';
import { answering, given, live, settled } from '../cloudformation/worker-stack.ts';
import { BASE_IMAGE_ID, type FakeCloud, TYPE } from '../fake-cloud.ts';
import { PERMISSIONS, TRUST } from '../iam/sample-policies.ts';
import { SUBNET_ID } from '../state.ts';
import { ec2Story } from './ec2-story.ts';
import type { Recorder, ServiceName } from './recorder.ts';

/** Calls every action of a service at least once. */
type Story = (cloud: FakeCloud, recorder: Recorder) => Promise<void>;

const Tags = [{ Key: 'a', Value: 'b' }];

export const STORIES: Record<ServiceName, Story> = {
  autoscaling: autoScalingStory,
  cloudformation: cloudFormationStory,
  ec2: ec2Story,
  iam: iamStory,
  async pricing(_cloud, { call }) {
    const Filters = [{ Type: 'TERM_MATCH', Field: 'instanceType', Value: 'm6i.large' }];
    await call('GetProducts', { ServiceCode: 'AmazonEC2', Filters });
  },
  async ssm({ state }, { call }) {
    state.parameters['/path/a'] = '1';
    await call('GetParameter', { Name: '/path/a' });
    await call('GetParameters', { Names: ['/path/a', '/none'] });
    await call('GetParametersByPath', { Path: '/path' });
  },
  async sts(_cloud, { call }) {
    await call('GetCallerIdentity');
  },
};

async function iamStory(_cloud: FakeCloud, { call }: Recorder): Promise<void> {
  const role = { RoleName: 'role' };
  const profile = { InstanceProfileName: 'profile' };
  const managed = { ...role, PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore' };
  await call('CreateRole', { ...role, AssumeRolePolicyDocument: TRUST, Description: 'd', Tags });
  await call('UpdateAssumeRolePolicy', { ...role, PolicyDocument: TRUST });
  await call('TagRole', { ...role, Tags });
  await call('UntagRole', { ...role, TagKeys: ['nothing'] });
  await call('PutRolePolicy', { ...role, PolicyName: 'policy', PolicyDocument: PERMISSIONS });
  await call('GetRolePolicy', { ...role, PolicyName: 'policy' });
  await call('ListRolePolicies', role);
  await call('AttachRolePolicy', managed);
  await call('ListAttachedRolePolicies', role);
  await call('CreateInstanceProfile', { ...profile, Tags });
  await call('TagInstanceProfile', { ...profile, Tags });
  await call('AddRoleToInstanceProfile', { ...profile, ...role });
  await call('GetInstanceProfile', profile);
  for (const what of ['ListInstanceProfiles', 'ListRoles']) await call(what);
  await call('ListInstanceProfilesForRole', role);
  await call('GetRole', role);
  await call('RemoveRoleFromInstanceProfile', { ...profile, ...role });
  await call('DeleteInstanceProfile', profile);
  await call('DetachRolePolicy', managed);
  await call('DeleteRolePolicy', { ...role, PolicyName: 'policy' });
  await call('DeleteRole', role);
}

async function autoScalingStory(cloud: FakeCloud, { call }: Recorder): Promise<void> {
  await makeTemplate(cloud);
  const group = { AutoScalingGroupName: 'workers' };
  const tag = {
    ResourceId: 'workers',
    ResourceType: 'auto-scaling-group',
    Key: 'k',
    Value: 'v',
    PropagateAtLaunch: true,
  };
  const LaunchTemplate = { LaunchTemplateName: 'worker', Version: '$Latest' };
  const sizes = { MinSize: 0, MaxSize: 3, DesiredCapacity: 2, VPCZoneIdentifier: SUBNET_ID };
  await call('CreateAutoScalingGroup', { ...group, ...sizes, LaunchTemplate, Tags: [tag] });
  await cloud.idle();
  const mixed = {
    LaunchTemplate: { LaunchTemplateSpecification: LaunchTemplate, Overrides: [{ InstanceType: TYPE }] },
  };
  await call('CreateAutoScalingGroup', {
    ...sizes,
    AutoScalingGroupName: 'mixed',
    DesiredCapacity: 1,
    MixedInstancesPolicy: mixed,
  });
  await cloud.idle();
  await call('SuspendProcesses', { ...group, ScalingProcesses: ['AZRebalance'] });
  await call('DescribeAutoScalingGroups');
  await call('DescribeAutoScalingInstances');
  await call('ResumeProcesses', group);
  const [first, second] = await memberIds(cloud);
  await call('SetInstanceHealth', { InstanceId: first, HealthStatus: 'Unhealthy' });
  await cloud.idle();
  await call('TerminateInstanceInAutoScalingGroup', { InstanceId: second, ShouldDecrementDesiredCapacity: true });
  await cloud.idle();
  await call('UpdateAutoScalingGroup', { ...group, MaxSize: 2 });
  await call('SetDesiredCapacity', { ...group, DesiredCapacity: 0 });
  await cloud.idle();
  await call('CreateOrUpdateTags', { Tags: [tag] });
  await call('DescribeTags');
  await call('DeleteTags', { Tags: [tag] });
  await call('DescribeLaunchConfigurations');
  for (const AutoScalingGroupName of ['workers', 'mixed']) {
    await call('DeleteAutoScalingGroup', { AutoScalingGroupName, ForceDelete: true });
  }
  await cloud.idle();
  await call('DescribeScalingActivities', { IncludeDeletedGroups: true });
}

async function cloudFormationStory(cloud: FakeCloud, { call }: Recorder): Promise<void> {
  const worker = { StackName: 'worker' };
  const Capabilities = ['CAPABILITY_IAM'];
  const Parameters = given({ realm: 'dev', amiId: BASE_IMAGE_ID, workerInstanceType: TYPE });
  await call('ValidateTemplate', { TemplateBody: WORKER });
  await call('GetTemplateSummary', { TemplateBody: WORKER });
  await call('CreateStack', { ...worker, TemplateBody: WORKER, Capabilities, Parameters, Tags });
  const UniqueId = await born(cloud);
  await call('SignalResource', { ...worker, LogicalResourceId: 'Group', UniqueId, Status: 'SUCCESS' });
  await settled(cloud);
  for (const what of ['DescribeStacks', 'DescribeStackEvents', 'DescribeStackResources', 'ListStackResources']) {
    await call(what, worker);
  }
  await call('DescribeStackResource', { ...worker, LogicalResourceId: 'Group' });
  await call('GetTemplate', worker);
  await changeSets(cloud, call, { ...worker, Capabilities, UsePreviousTemplate: true });
  await waiting(cloud, call, { ...worker, Capabilities, UsePreviousTemplate: true });
  await broken(cloud, call);
  await call('ListStacks');
  await call('DeleteStack', worker);
  await settled(cloud).catch(() => {});
}

async function changeSets(cloud: FakeCloud, call: Recorder['call'], update: object): Promise<void> {
  const named = { StackName: 'worker', ChangeSetName: 'changes' };
  const kept = ['realm', 'amiId'].map(ParameterKey => ({ ParameterKey, UsePreviousValue: true }));
  const input = { ...update, ...named, Parameters: [...kept, ...given({ workerInstancesMax: '3' })] };
  for (const last of ['DeleteChangeSet', 'ExecuteChangeSet']) {
    await call('CreateChangeSet', { ...input, Description: 'd' });
    while ((await call('DescribeChangeSet', named)).Status !== 'CREATE_COMPLETE') {}
    await call('ListChangeSets', named);
    await call(last, named);
  }
  await settled(cloud);
}

/** Waits for another instance than those, and gives its identifier. */
async function born(cloud: FakeCloud, before = new Set<string>()): Promise<string> {
  for (;;) {
    const id = live(cloud).find(instanceId => !before.has(instanceId));
    if (id !== undefined && cloud.state.instances[id]!.state === 'running') return id;
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

/** An update that waits for a signal which does not come, and is taken back. */
async function waiting(cloud: FakeCloud, call: Recorder['call'], update: object): Promise<void> {
  cloud.state.images['ami-0e000000000000001'] = {
    ...cloud.state.images[BASE_IMAGE_ID]!,
    imageId: 'ami-0e000000000000001',
  };
  const before = new Set(live(cloud));
  const Parameters = [{ ParameterKey: 'realm', UsePreviousValue: true }, ...given({ amiId: 'ami-0e000000000000001' })];
  await call('UpdateStack', { ...update, Parameters });
  await born(cloud, before);
  await call('CancelUpdateStack', { StackName: 'worker' });
  const stop = answering(cloud, () => 'SUCCESS');
  await settled(cloud);
  stop();
}

/** Updates that failed, and failed to be taken back: noted as such by hand, as nothing went wrong. */
async function broken(cloud: FakeCloud, call: Recorder['call']): Promise<void> {
  const StackName = 'broken';
  await call('CreateStack', { StackName, TemplateBody: NOTHING });
  await settled(cloud, StackName);
  const stack = Object.values(cloud.state.stacks).find(({ stackName }) => stackName === StackName)!;
  const { wanted, resources, outputs } = stack;
  const before = structuredClone({ wanted, resources, outputs });
  Object.assign(stack, { status: 'UPDATE_FAILED', before });
  await call('RollbackStack', { StackName });
  await settled(cloud, StackName);
  Object.assign(stack, { status: 'UPDATE_ROLLBACK_FAILED', before });
  await call('ContinueUpdateRollback', { StackName });
  await settled(cloud, StackName);
}
