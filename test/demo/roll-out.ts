import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Failure } from '../../scripts/lib/command/problems.ts';
import { ROOT } from '../../scripts/lib/command/root.ts';
import { yaml } from '../../scripts/lib/command/yaml.ts';
import { type Command, commands, say } from './commands.ts';

const STACK = `demo-${process.pid}`;
const SECOND_IMAGE = `lava-demo-${process.pid}`;
const BUCKET = 'lava-local';
const PREFIX = 'demo/';

/** As small as can be: a real one installs the worker. */
const INSTALLER = 'echo "worker $LAVA_WORKER of realm $LAVA_REALM would be installed from $LAVA_CODE" > /dev/console\n';

/**
 * The second part of the demonstration: a worker on an image, and its roll-out to another, which is made of a running
 * instance of the first. Neither the worker nor the second image stays, whatever happens.
 */
export async function rollOut(image: string, instance: string, interrupted: AbortSignal): Promise<void> {
  const $ = commands(interrupted);
  try {
    say(`A worker: a stack of deploy/worker.cfn.yaml with amiId=${image}`);
    await createStack(image, interrupted);
    console.log(await instances($));

    say('A second image. Not another build: it is that of the instance above, as it runs');
    const second = await imageOf(instance, image, interrupted);
    console.log(second);

    say(`npx lava-ami --set ${second} ${STACK}`);
    await commands(interrupted, { output: 'shown' })`npx --no-install lava-ami --set ${second} ${STACK}`;
    const now = await instances($);
    console.log(`\n${now}`);

    say('The console of the new instance');
    console.log(await wordsOfInstaller($, /^(\S+)\s+running/m.exec(now)?.[1] ?? ''));
  } finally {
    await removeAll();
  }
}

/** Creates the stack on an image. */
async function createStack(image: string, interrupted: AbortSignal): Promise<void> {
  await commands(interrupted, { input: INSTALLER })`aws s3 cp --quiet - ${`s3://${BUCKET}/${PREFIX}install.sh`}`;
  const { subnet, sg } = yaml().parse(readFileSync(join(ROOT, 'deploy/sample.yaml'), 'utf8')).local.ami;
  const parameters = Object.entries({
    realm: 'demo',
    worker: 'core',
    amiId: image,
    workerUser: 'admin',
    workerInstanceType: 't3.medium',
    workerPublicIp: 'true',
    bootTimeout: 'PT3M',
    codeBucket: BUCKET,
    codePrefix: PREFIX,
    installer: 'install.sh',
    installerSha256: createHash('sha256').update(INSTALLER).digest('hex'),
    subnets: subnet,
    secGroups: sg,
  }).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));
  const $ = commands(interrupted);
  const template = ['--template-body', 'file://deploy/worker.cfn.yaml', '--capabilities', 'CAPABILITY_IAM'];
  const given = ['--parameters', JSON.stringify(parameters)];
  console.log(await $`aws cloudformation create-stack --stack-name ${STACK} ${template} ${given} --output text`);
  const query = ['--query', 'Stacks[0].StackStatus', '--output', 'text'];
  await whileItIs('CREATE_IN_PROGRESS', () => $`aws cloudformation describe-stacks --stack-name ${STACK} ${query}`);
}

/** Waits while a command answers with a word; AWS's own waiters look every 15 or 30 seconds only. */
async function whileItIs(word: string, ask: () => Promise<string>): Promise<void> {
  while ((await ask()) === word) await setTimeout(500);
}

/** Makes an image of a running instance, tagged as the image that the instance is of, and gives its id. */
async function imageOf(instance: string, image: string, interrupted: AbortSignal): Promise<string> {
  const $ = commands(interrupted);
  const of = ['--instance-id', instance, '--no-reboot', '--name', SECOND_IMAGE];
  const made = await $`aws ec2 create-image ${of} --output text --query ImageId`;
  const state = ['--query', 'Images[0].State', '--output', 'text'];
  await whileItIs('pending', () => $`aws ec2 describe-images --image-ids ${made} ${state}`);
  const tags = await $`aws ec2 describe-images --image-ids ${image} --query ${'Images[0].Tags'} --output json`;
  await $`aws ec2 create-tags --resources ${made} --tags ${tags}`;
  return made;
}

/** The instances of the worker, with the image of each. */
function instances($: Command): Promise<string> {
  const ofStack = ['--filters', `Name=tag:aws:cloudformation:stack-name,Values=${STACK}`];
  const query = ['--query', 'Reservations[].Instances[].[InstanceId, State.Name, ImageId]', '--output', 'text'];
  return $`aws ec2 describe-instances ${ofStack} ${query}`;
}

/** What the installer said on the console of an instance, from which it reaches the log a moment later. */
async function wordsOfInstaller($: Command, instance: string): Promise<string> {
  const console_ = await $`aws ec2 get-console-output --latest --instance-id ${instance} --output text --query Output`;
  const lines = console_.split('\n').filter(line => line.includes('worker core'));
  if (lines.length === 0)
    throw new Failure(`The console of ${instance} does not say that a worker would be installed.`);
  return lines.join('\n');
}

/** Removes what is only for the moment, as far as it has come to be; interruptions change nothing any more. */
async function removeAll(): Promise<void> {
  const $ = commands(new AbortController().signal);
  await $`aws cloudformation delete-stack --stack-name ${STACK}`;
  const named = ['--owners', 'self', '--filters', `Name=name,Values=${SECOND_IMAGE}`];
  const image = await $`aws ec2 describe-images ${named} --query ${'Images[].ImageId'} --output text`;
  if (image !== '') await $`aws ec2 deregister-image --image-id ${image}`;
}
