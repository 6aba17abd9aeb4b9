import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { rollOut } from './roll-out.ts';

// With programs that only write down how they were called, and answer as the local cloud would.

const AWS = `case "$*" in
  *'s3 cp'*) cat > "$CALLS.installer" ;;
  *create-stack*) echo arn:stack ;;
  *describe-stacks*) echo CREATE_COMPLETE ;;
  *describe-instances*) printf 'i-old\\tterminated\\tami-1\\ni-new\\trunning\\tami-2\\n' ;;
  *create-image*) echo ami-2 ;;
  *Images*State*) echo available ;;
  *Tags*) echo '[]' ;;
  *Images*ImageId*) echo ami-2 ;;
  *get-console-output*) printf 'booting\\nworker core of realm demo\\n' ;;
esac`;

let folder: string;
let printed: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-'));
  printed = [];
  program('aws', AWS);
  program('npx', 'echo rolled out');
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  vi.stubEnv('CALLS', join(folder, 'calls'));
  vi.spyOn(console, 'log').mockImplementation(text => void printed.push(text));
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function program(name: string, body: string): void {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/bash\necho "${name} $*" >> "$CALLS"\n${body}\n`);
  chmodSync(file, 0o755);
}

const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trimEnd().split('\n');
const STACK = `demo-${process.pid}`;
const REMOVAL = [
  `aws cloudformation delete-stack --stack-name ${STACK}`,
  `aws ec2 describe-images --owners self --filters Name=name,Values=lava-${STACK} --query Images[].ImageId --output text`,
  'aws ec2 deregister-image --image-id ami-2',
];

test('a worker runs on the image and is given another, which is tagged as the first; neither stays', async () => {
  await rollOut('ami-1', 'i-1', new AbortController().signal);
  expect(printed).toEqual([
    '\n== A worker: a stack of deploy/worker.cfn.yaml with amiId=ami-1\n',
    'arn:stack',
    'i-old\tterminated\tami-1\ni-new\trunning\tami-2',
    '\n== A second image. Not another build: it is that of the instance above, as it runs\n',
    'ami-2',
    `\n== npx lava-ami --set ami-2 ${STACK}\n`,
    '\ni-old\tterminated\tami-1\ni-new\trunning\tami-2',
    '\n== The console of the new instance\n',
    'worker core of realm demo',
  ]);
  expect(calls()).toContain('aws ec2 create-tags --resources ami-2 --tags []');
  expect(calls()).toContain(`npx --no-install lava-ami --set ami-2 ${STACK}`);
  expect(calls()).toContain('aws ec2 get-console-output --latest --instance-id i-new --output text --query Output');
  expect(calls().slice(-3)).toEqual(REMOVAL);
});

test('the worker takes its network from the sample, and the installer is the one whose checksum is given', async () => {
  await rollOut('ami-1', 'i-1', new AbortController().signal);
  const created = calls().find(call => call.includes('create-stack')) ?? '';
  const given = JSON.parse(/--parameters (\[.*\])/.exec(created)?.[1] ?? '');
  expect(given).toContainEqual({ ParameterKey: 'subnets', ParameterValue: 'subnet-0c10d000000000001' });
  expect(given).toContainEqual({ ParameterKey: 'amiId', ParameterValue: 'ami-1' });
  expect(readFileSync(join(folder, 'calls.installer'), 'utf8')).toContain('worker $LAVA_WORKER of realm');
});

test('a roll-out that fails leaves nothing', async () => {
  program('npx', 'exit 3');
  await expect(rollOut('ami-1', 'i-1', new AbortController().signal)).rejects.toMatchObject({ exitCode: 3 });
  expect(calls().slice(-3)).toEqual(REMOVAL);
});

test('interrupted, it passes the signal on, waits for the command to clean up, and leaves nothing', async () => {
  program(
    'npx',
    `trap 'sleep 0.2; echo cleaned up >> "$CALLS"; exit' TERM; echo begun >> "$CALLS"; while :; do sleep 0.05; done`,
  );
  const controller = new AbortController();
  const ended = rollOut('ami-1', 'i-1', controller.signal);
  await vi.waitFor(() => expect(calls().at(-1)).toBe('begun'), 20_000);
  controller.abort(new Error('Interrupted.'));
  await expect(ended).rejects.toThrow('Interrupted.');
  expect(calls().slice(-4)).toEqual(['cleaned up', ...REMOVAL]);
});
