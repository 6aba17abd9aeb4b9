import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { EXAMPLES } from './test/documents.ts';
import { PretendedInstance } from './test/instance.ts';

// User data documents of all kinds, obeyed by the bundles.

vi.setConfig({ testTimeout: 60_000 });

let instance: PretendedInstance;
beforeAll(async () => {
  instance = await PretendedInstance.start();
});
afterAll(() => instance.stop());
beforeEach(() => instance.reboot());

/** All that is odd as a whole, and every sixth of those with one key; the tests of the code have them all. */
const sample = EXAMPLES.filter(({ effects }, index) => index % 6 === 0 || Object.keys(effects).length !== 1);

it('are many documents', () => expect(sample.length).toBeGreaterThan(80));

it.each(sample)('$name', async ({ document, says, effects }) => {
  const report = await instance.boot(document);
  expect(report.scripts).toHaveLength(6);
  const scripts = { shell0: 1, swap: 3, crontab: 4, shell: 5 } as const;
  for (const [key, index] of Object.entries(scripts)) {
    const { did, problems } = report.scripts[index]!;
    const effect = effects[key as keyof typeof scripts];
    const refusals = problems.filter(problem =>
      / (must|holds|has a key)\b.*: (nothing was done|no crontab was)/.test(problem),
    );
    if (effect === undefined) expect([key, did, problems]).toEqual([key, [], []]);
    else expect([key, refusals.length]).toEqual([key, effect === 'refused' ? 1 : 0]);
  }
  const worst = Math.min(
    ...instance
      .journal()
      .filter(({ tag }) => tag === 'rclocal.userdata')
      .map(({ priority }) => priority),
  );
  expect(worst).toBe({ info: 6, notice: 5, warning: 4, error: 3 }[says]);
});
