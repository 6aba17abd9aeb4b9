import { expect, it } from 'vitest';
import { accountWith } from '../../../test/fake-account.ts';
import { type Answers, awsError } from '../../../test/fake-client.ts';
import type { Progress } from '../command/progress.ts';
import { createAssess } from './assess.ts';
import type { Policy } from './decide.ts';
import { retire } from './retire.ts';
import { isOk, retireAsJson, retireAsText } from './retire-report.ts';

const NOW = new Date('2026-11-26T12:00:00Z');
const SILENT: Progress = { isLive: false, working: () => {}, line: () => {}, end: () => {} };

/** The image of a day in 2026, with a snapshot of the same number. */
function image(day: string, more: object = {}) {
  const number = day.replaceAll('-', '');
  return {
    ImageId: `ami-${number}`,
    Name: `lava-8.1.0-debian12-py3.11-x86_64-${day}T00-00-00Z`,
    CreationDate: `${day}T00:00:00.000Z`,
    Architecture: 'x86_64',
    State: 'available',
    BlockDeviceMappings: [{ Ebs: { SnapshotId: `snap-${number}` } }],
    ...more,
  };
}

const [NEW, OLD, OLDER, OLDEST] = [
  image('2026-11-20'),
  image('2026-09-03'),
  image('2026-09-02', { DeprecationTime: '2026-10-01T00:00:00.000Z' }),
  image('2026-09-01', { DeprecationTime: '2026-10-01T00:00:00.000Z' }),
];
const DeregisterImage = ({ ImageId = '' }: { ImageId?: string | undefined }) => ({
  DeleteSnapshotResults: [{ SnapshotId: ImageId.replace('ami', 'snap'), ReturnCode: 'success' }],
});
const ACCOUNT: Answers = {
  DescribeImages: { Images: [NEW, OLD, OLDER, OLDEST] },
  EnableImageDeprecation: {},
  DeregisterImage,
};

/** Plans and does it; `later` changes what AWS answers between the two. */
async function run({
  answers = {},
  later = {},
  abort = false,
  grace = 14,
}: {
  answers?: Answers;
  later?: Answers;
  abort?: boolean;
  grace?: number;
}) {
  const clients = accountWith({ ...ACCOUNT, ...answers });
  const policy: Policy = { keep: 1, older: 30, grace };
  const assess = createAssess(clients, policy, () => NOW);
  const { decisions, unanswered } = await assess();
  Object.assign(clients.answers, later);
  const controller = new AbortController();
  if (abort) controller.abort();
  const { signal } = controller;
  const outcomes = await retire({ ec2: clients.ec2, decisions, assess, signal, progress: SILENT });
  const changes = clients.calls
    .filter(({ action }) => /^(Enable|Deregister)/.test(action))
    .map(({ action, input }) => `${action} ${input.ImageId}`);
  return {
    decisions,
    unanswered,
    outcomes,
    changes,
    report: { region: 'us-east-1', policy, decisions, unanswered, outcomes },
  };
}

it('deprecates one, deregisters two with their snapshots, and leaves the newest', async () => {
  const { changes, outcomes, report } = await run({});
  expect(changes).toEqual([
    `EnableImageDeprecation ${OLD.ImageId}`,
    `DeregisterImage ${OLDER.ImageId}`,
    `DeregisterImage ${OLDEST.ImageId}`,
  ]);
  expect(outcomes.map(({ done }) => done)).toEqual(['deprecated', 'deregistered', 'deregistered']);
  expect(isOk(report)).toBe(true);
  expect(retireAsJson(report)).toMatchObject({
    ok: true,
    images: [
      { id: NEW.ImageId, fate: 'stays' },
      { done: 'deprecated' },
      { done: 'deregistered' },
      { done: 'deregistered' },
    ],
  });
});

it('with grace=0 nothing is deprecated first', async () => {
  expect((await run({ grace: 0 })).outcomes.map(({ done }) => done)).toEqual(Array(3).fill('deregistered'));
});

it('an image that came into use since it was decided stays, the others go', async () => {
  const Reservations = [{ Instances: [{ InstanceId: 'i-1', ImageId: OLDER.ImageId }] }];
  const { outcomes, report } = await run({ later: { DescribeInstances: { Reservations } } });
  expect(outcomes).toMatchObject([
    { done: 'deprecated' },
    { done: 'stayed', detail: 'used by instance i-1' },
    { done: 'deregistered' },
  ]);
  expect(isOk(report)).toBe(true);
});

it('an image that was shared, or is gone, since it was decided is no failure', async () => {
  const shared = await run({ later: { DescribeImageAttribute: { LaunchPermissions: [{ UserId: '1' }] } } });
  expect(shared.outcomes[1]).toMatchObject({ done: 'stayed', detail: 'used by account 1 (it is shared)' });
  const gone = await run({ later: { DescribeImages: { Images: [NEW] } } });
  expect(gone.outcomes[1]).toMatchObject({ done: 'stayed', detail: 'it is gone already' });
  const race = await run({ answers: { DeregisterImage: awsError('InvalidAMIID.Unavailable') } });
  expect(race.outcomes[2]).toMatchObject({ done: 'stayed', detail: 'it is gone already' });
  expect(isOk(race.report)).toBe(true);
});

it('when the last look gets no answer, nothing more is deregistered', async () => {
  const { outcomes, changes, report } = await run({ later: { DescribeStacks: awsError('AccessDenied') } });
  expect(outcomes).toMatchObject([
    { done: 'deprecated' },
    { done: 'not done', detail: expect.stringContaining('stacks: the right cloudformation:DescribeStacks is missing') },
    { done: 'not done' },
  ]);
  expect(changes).toHaveLength(1);
  expect(isOk(report)).toBe(false);
});

it('what can not be asked at all decides that nothing goes', async () => {
  const { decisions, changes, report } = await run({
    answers: { DescribeInstances: awsError('UnauthorizedOperation') },
  });
  expect(decisions.map(({ fate }) => fate)).toEqual(Array(4).fill('stays'));
  expect(changes).toEqual([]);
  const { outcomes, ...plan } = report;
  expect(outcomes).toEqual([]);
  const text = retireAsText(plan, NOW);
  expect(text).not.toContain('nothing to do');
  expect(text).toContain('Nothing is retired, because not everything that may use an image could be asked:');
  expect(text).toContain('  instances: the right ec2:DescribeInstances is missing');
});

it('one failure is said, the others are gone on with; a missing right ends it', async () => {
  let first = true;
  const failOnce = (error: Error) => (input: { ImageId?: string | undefined }) => {
    if (!first) return DeregisterImage(input);
    first = false;
    return error;
  };
  const failing = await run({ answers: { DeregisterImage: failOnce(awsError('InternalError')) } });
  expect(failing.outcomes.map(({ done }) => done)).toEqual(['deprecated', 'failed', 'deregistered']);
  expect(isOk(failing.report)).toBe(false);
  first = true;
  const denied = await run({ answers: { DeregisterImage: failOnce(awsError('UnauthorizedOperation')) } });
  expect(denied.outcomes).toMatchObject([
    { done: 'deprecated' },
    { done: 'failed', detail: expect.stringContaining('the right ec2:DeregisterImage is missing') },
    { done: 'not done' },
  ]);
});

it.each([
  ['skipped', 'deregistered', 'another image needs its snapshots: snap-20260902 (skipped)'],
  ['missing-permissions', 'failed', 'deregistered, but its snapshots are left: snap-20260902 (missing-permissions)'],
  [undefined, 'failed', 'deregistered, but its snapshots are left: snap-20260902 (no answer)'],
])('a snapshot that is %s', async (ReturnCode, done, detail) => {
  const DeleteSnapshotResults = ReturnCode ? [{ SnapshotId: 'snap-20260902', ReturnCode }] : [];
  const { outcomes } = await run({ answers: { DeregisterImage: { DeleteSnapshotResults } } });
  expect(outcomes[1]).toMatchObject({ done, detail });
  expect(outcomes[2]?.done).toBe(done === 'failed' ? 'not done' : 'failed');
});

it('an interruption ends it between two images and says what was not done', async () => {
  const { outcomes, changes } = await run({ abort: true });
  expect(outcomes.map(({ done }) => done)).toEqual(Array(3).fill('not done'));
  expect(changes).toEqual([]);
});

it('the plan is a table with a reason for each image', async () => {
  const { decisions, unanswered, report } = await run({ abort: true });
  const { outcomes, ...plan } = report;
  const text = retireAsText({ ...plan, decisions, unanswered }, NOW);
  expect(text.split('\n')[0]).toMatch(/^IMAGE +NAME +AGE +WHAT +WHY$/);
  const narrow = retireAsText({ ...plan, decisions, unanswered }, NOW, 80);
  expect(narrow).toMatch(/^ami-20260903 +84 days +deprecate$/m);
  expect(narrow).toMatch(/^ {2}WHY: 84 days old, 1 newer, not used$/m);
  expect(text).toMatch(/^ami-20261120 .* 6 days +stays +the newest of debian12 x86_64 py3.11; 6 days old$/m);
  expect(text).toMatch(/^ami-20260903 .* 84 days +deprecate +84 days old, 1 newer, not used$/m);
  expect(text).toContain(
    '1 to deprecate, 2 to deregister, 0 to wait, 1 to stay. Nothing was done: confirm=yes does it.',
  );
});
