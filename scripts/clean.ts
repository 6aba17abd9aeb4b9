import { join } from 'node:path';
import { given } from './lib/command/given.ts';
import { formatProblem } from './lib/command/problems.ts';
import { ROOT } from './lib/command/root.ts';
import { wouldBeLost } from './lib/record/clean.ts';

// Before `make clean`: refuses, with status 2, while a build of this checkout runs or an instance is kept. Only Node is
// needed for it: nothing here imports a package, so that it works where none is installed.
const force = given().get('force') ?? 'no';
if (!['yes', 'no'].includes(force)) {
  const [message, fix] = ['is neither yes nor no', 'force=yes removes everything, whatever is lost with it.'];
  console.error(formatProblem({ parameter: 'force', value: force, source: 'command line', message, fix }));
  process.exitCode = 2;
} else if (force === 'no') {
  const lost = wouldBeLost(join(ROOT, 'dist'));
  if (lost.length > 0) {
    const hint = 'Nothing was removed. To remove everything all the same: make clean force=yes';
    console.error(`What is still needed would be lost:\n\n${lost.map(formatProblem).join('\n')}\n\n${hint}`);
    process.exitCode = 2;
  }
}
