import { ROOT } from '../../scripts/lib/command/root.ts';
import { leftOut } from './left-out.ts';
import { compare, type Measurement } from './measure.ts';

const ROUNDS = 15;

/** How much longer `make plan offline=yes` takes than starting Node to do nothing. */
export async function planAgainstNode(): Promise<Measurement[]> {
  const image = ['config=deploy/sample.yaml', 'env=local', 'region=us-east-1', `skip=${await leftOut()}`];
  const plan = ['make', 'plan', 'offline=yes', ...image];
  const [planned = 0, node = 1] = await compare([plan, [process.execPath, '-e', '0']], { cwd: ROOT, rounds: ROUNDS });
  return [
    {
      what: 'make plan offline=yes, against node -e 0',
      value: planned / node,
      limit: 8,
      unit: 'x',
      how: `${planned.toFixed(0)} ms / ${node.toFixed(0)} ms, medians of ${ROUNDS}`,
    },
  ];
}
