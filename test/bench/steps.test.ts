import { expect, it } from 'vitest';
import { compareSteps } from './steps.ts';

const steps = (...seconds: number[]) =>
  seconds.map((seconds, i) => ({ name: ['plan', '  conf.d/25-python', 'packer'][i] ?? '', seconds, ok: true }));

it('compares each step of a cold build with the median of warm ones', () => {
  expect(compareSteps(steps(1, 150, 180), [steps(2, 3, 40), steps(4, 1, 30), steps(3, 2, 50)])).toEqual([
    { name: 'plan', cold: 1, warm: 3 },
    { name: 'conf.d/25-python', cold: 150, warm: 2 },
    { name: 'packer', cold: 180, warm: 40 },
  ]);
});
