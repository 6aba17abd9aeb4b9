import { ROOT } from '../../scripts/lib/command/root.ts';
import { compare, type Measurement } from './measure.ts';

const ROUNDS = 21;

/** How much longer `make help` takes than starting Node to do nothing. */
export async function helpAgainstNode(): Promise<Measurement[]> {
  const commands = [
    ['make', 'help'],
    [process.execPath, '-e', '0'],
  ];
  const [help = 0, node = 1] = await compare(commands, { cwd: ROOT, rounds: ROUNDS });
  const how = `${help.toFixed(0)} ms / ${node.toFixed(0)} ms, medians of ${ROUNDS}`;
  return [{ what: 'make help, against node -e 0', value: help / node, limit: 5, unit: 'x', how }];
}
