import { relative } from 'node:path';
import { clean, shellWord } from '../command/clean.ts';

/** An instance that was launched, and what is to be known to use it. */
export interface Launched {
  instanceId: string;
  imageName: string;
  /** Where it can be reached: its public address, if it has one. */
  address: string;
  loginUser: string;
  /** Files of this launch: the private key, and the host keys that were seen. */
  key: string;
  knownHosts: string;
  /** The text on the instance's console. */
  console: string;
  region: string;
}

/** Lines of the console log that are shown. */
const CONSOLE_LINES = 10;
/** Characters of each that are shown: keys are long, and nobody reads them here. */
const CONSOLE_COLUMNS = 100;

/** What was launched, for people, with how to log in and how to remove it. */
export function launchedAsText(launched: Launched): string {
  const { instanceId, imageName, address, loginUser, key, knownHosts, console, region } = launched;
  const options = `-o ${shellWord(`UserKnownHostsFile=${relative('', knownHosts)}`)} -o StrictHostKeyChecking=accept-new`;
  return [
    `Instance:   ${instanceId}`,
    `Image:      ${clean(imageName)}`,
    `Address:    ${address}`,
    'Console:',
    ...lastLines(console).map(line => `    ${line}`),
    `Log in:     ssh -i ${shellWord(relative('', key))} ${options} ${loginUser}@${address}`,
    `Remove it:  ${removal(region, instanceId)}`,
  ].join('\n');
}

/** An instance that was launched and did not come up. */
export interface Lost extends Pick<Launched, 'instanceId' | 'console' | 'region'> {
  why: string;
  /** Nothing of it is left to remove. */
  isGone: boolean;
}

/** Why an instance is of no use, what its console shows, and how to remove it where it is still there. */
export function lostAsText({ why, isGone, instanceId, console, region }: Lost): string {
  const left = isGone ? [] : ['', `It is still there. Remove it: ${removal(region, instanceId)}`];
  return [why, '', ...lastLines(console), ...left].join('\n');
}

/** How an instance is removed, for people to paste. */
export function removal(region: string, instanceId: string): string {
  return `aws ec2 terminate-instances --region ${region} --instance-ids ${instanceId}`;
}

function lastLines(console: string): string[] {
  const lines = console.trim().split(/\r?\n/).slice(-CONSOLE_LINES).map(clean);
  return lines.map(line => (line.length > CONSOLE_COLUMNS ? `${line.slice(0, CONSOLE_COLUMNS - 1)}…` : line));
}
