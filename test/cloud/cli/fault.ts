import { parseArgs } from 'node:util';
import { ACCOUNT_CONDITIONS, addFaultRule, clearFaultRules, type FaultRule, readFaultRules } from '../faults.ts';
import { claimFolder, cloudFolder } from '../folder.ts';
import { Complaint, main } from './main.ts';

const USAGE = `Orders trouble in the local cloud, from the next call on.

    test/cloud/fault add SERVICE:ACTION [--delay SECONDS] [--error CODE [--status STATUS] [--message TEXT]]
                                        [--drop] [--times N]
    test/cloud/fault add account:CONDITION
    test/cloud/fault list
    test/cloud/fault clear

SERVICE (ec2, autoscaling, iam, s3, ...) and ACTION as in api.log, or imds with method and path; * stands for any text:

    test/cloud/fault add ec2:CopyImage --delay 20 --times 1
    test/cloud/fault add 'ec2:Describe*' --error RequestLimitExceeded --status 503
    test/cloud/fault add 'imds:GET /latest/user-data' --drop

The account itself can be in this CONDITION: ${ACCOUNT_CONDITIONS.join(', ')}.`;

await main(async () => {
  const folder = cloudFolder();
  const { values, positionals } = readArguments();
  const [verb, target, ...rest] = positionals;
  if (rest.length > 0) throw new Complaint(USAGE);
  if (verb === 'add' && target !== undefined) {
    const rule = readRule(target, values);
    claimFolder(folder);
    addFaultRule(folder, rule);
  } else if (verb === 'list' && target === undefined) {
    for (const rule of readFaultRules(folder)) console.log(describe(rule));
  } else if (verb === 'clear' && target === undefined) {
    clearFaultRules(folder);
  } else {
    throw new Complaint(USAGE);
  }
});

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        delay: { type: 'string' },
        error: { type: 'string' },
        status: { type: 'string' },
        message: { type: 'string' },
        drop: { type: 'boolean' },
        times: { type: 'string' },
      },
    });
  } catch (error) {
    throw new Complaint(`${(error as Error).message}\n\n${USAGE}`);
  }
}

type Values = ReturnType<typeof readArguments>['values'];

function readRule(target: string, { delay, error, status, message, drop, times }: Values): Omit<FaultRule, 'id'> {
  const [, service, action] = /^([^:]+):(.+)$/s.exec(target) ?? [];
  if (service === undefined || action === undefined) {
    throw new Complaint(`"${target}" is not SERVICE:ACTION, such as ec2:CopyImage.`);
  }
  const hasEffect = delay !== undefined || error !== undefined || drop;
  if (service === 'account') {
    if (hasEffect || times !== undefined) throw new Complaint('A condition of the account takes no options.');
    if (ACCOUNT_CONDITIONS.some(condition => condition === action)) return { service, action };
    throw new Complaint(`"${action}" is no condition of the account: there is ${ACCOUNT_CONDITIONS.join(', ')}.`);
  }
  if (!hasEffect) {
    throw new Complaint('Say what is to happen: --delay SECONDS, --error CODE or --drop.');
  }
  if (error === undefined && (status !== undefined || message !== undefined)) {
    throw new Complaint('--status and --message belong to --error.');
  }
  return {
    service,
    action,
    ...(delay === undefined ? {} : { delay: number('--delay', delay, 0) }),
    ...(drop ? { drop } : {}),
    ...(error === undefined
      ? {}
      : {
          error: {
            code: error,
            status: status === undefined ? 400 : number('--status', status, 400),
            message: message ?? `Ordered by test/cloud/fault for ${target}`,
          },
        }),
    ...(times === undefined ? {} : { times: number('--times', times, 1) }),
  };
}

function number(option: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= least) return value;
  throw new Complaint(`${option} takes a number from ${least} on, not "${text}".`);
}

function describe({ service, action, delay, error, drop, times }: FaultRule): string {
  const effects = [
    ...(delay === undefined ? [] : [`waits ${delay} s`]),
    ...(drop ? ['cuts the connection'] : []),
    ...(error ? [`answers ${error.code} (${error.status}): ${error.message}`] : []),
    ...(times === undefined ? [] : [times === 1 ? 'once' : `${times} times`]),
  ];
  return `${service}:${action}  ${effects.join(', ')}`.trimEnd();
}
