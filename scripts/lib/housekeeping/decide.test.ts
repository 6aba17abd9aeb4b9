import { expect, it } from 'vitest';
import type { Image } from '../aws/images.ts';
import { candidates, decide, type Policy } from './decide.ts';

const NOW = new Date('2026-11-26T12:00:00Z');
const DAY = 86_400_000;
const POLICY: Policy = { keep: 2, older: 30, grace: 14 };

const ago = (count: number) => new Date(NOW.getTime() - count * DAY).toISOString();

/** An image of so many days, available, of one kind, used by nobody. */
function image(age: number, more: Partial<Image> = {}): Image {
  return {
    id: `ami-${String(age).padStart(8, '0')}`,
    name: `lava-${age}`,
    createdAt: ago(age),
    builtAt: ago(age),
    state: 'available',
    arch: 'x86_64',
    os: 'debian12',
    lavaVersion: '8.1.0',
    pythonVersion: '3.11.12',
    encrypted: true,
    tags: {},
    isPublic: false,
    isProtected: false,
    snapshots: [],
    ...more,
  };
}

interface Case {
  what: string;
  /** The image that is asked about. */
  about: Image;
  others?: Image[];
  uses?: string[];
  policy?: Partial<Policy>;
  expected: [string, ...string[]];
}

const TWO_NEWER = [image(1), image(2)];

it.each<Case>([
  { what: 'old, replaced, unused', about: image(40), expected: ['deprecate', '40 days old, 2 newer, not used'] },
  { what: 'replaced but young', about: image(29), expected: ['stays', '29 days old'] },
  { what: 'just old enough', about: image(30), expected: ['deprecate', '30 days old, 2 newer, not used'] },
  {
    what: 'old but among the newest',
    about: image(40),
    others: [image(1)],
    expected: ['stays', 'one of the 2 newest of debian12 x86_64 py3.11'],
  },
  {
    what: 'old, and what is newer is of another kind',
    about: image(40),
    others: [image(1, { arch: 'arm64' }), image(2, { pythonVersion: '3.12.4' }), image(3)],
    expected: ['stays', 'one of the 2 newest of debian12 x86_64 py3.11'],
  },
  {
    what: 'old, and what is newer is deprecated or not available',
    about: image(40),
    others: [image(1, { deprecatedAt: ago(1) }), image(2, { state: 'pending' }), image(3)],
    expected: ['stays', 'one of the 2 newest of debian12 x86_64 py3.11'],
  },
  {
    what: 'old, and what is newer will be deprecated some day',
    about: image(40),
    others: [image(1, { deprecatedAt: ago(-700) }), image(2)],
    expected: ['deprecate', '40 days old, 2 newer, not used'],
  },
  {
    what: 'keep=1, the newest',
    about: image(40),
    others: [],
    policy: { keep: 1 },
    expected: ['stays', 'the newest of debian12 x86_64 py3.11'],
  },
  {
    what: 'as new as another, which the id decides',
    about: image(40),
    others: [image(40, { id: 'ami-00000000' })],
    policy: { keep: 1 },
    expected: ['deprecate', '40 days old, 1 newer, not used'],
  },
  {
    what: 'an old build copied today: its age is the copy’s, its rank the build’s',
    about: image(40, { createdAt: ago(0) }),
    expected: ['stays', '0 days old'],
  },
  {
    what: 'used by several',
    about: image(40),
    uses: ['stack a', 'instance i-1', 'instance i-2', 'instance i-3'],
    expected: ['stays', 'used by stack a, instance i-1, instance i-2 and 1 more'],
  },
  { what: 'protected', about: image(40, { isProtected: true }), expected: ['stays', 'protected from deregistration'] },
  { what: 'public', about: image(40, { isPublic: true }), expected: ['stays', 'public: everybody may use it'] },
  { what: 'pending', about: image(40, { state: 'pending' }), expected: ['stays', 'it is pending'] },
  {
    what: 'of no known kind',
    about: image(40, { os: '' }),
    expected: ['stays', 'neither tags nor name say its OS and Python'],
  },
  {
    what: 'deprecated not long ago',
    about: image(40, { deprecatedAt: ago(13) }),
    expected: ['wait', 'deprecated since 2026-11-13, goes from 2026-11-27 on'],
  },
  {
    what: 'deprecated a moment ago, which EC2 wants to lie ahead',
    about: image(40, { deprecatedAt: new Date(NOW.getTime() + 60_000).toISOString() }),
    expected: ['wait', 'deprecated since 2026-11-26, goes from 2026-12-10 on'],
  },
  {
    what: 'deprecated long enough',
    about: image(40, { deprecatedAt: ago(14) }),
    expected: ['deregister', 'deprecated since 2026-11-12', '40 days old, 2 newer, not used'],
  },
  {
    what: 'deprecated long enough but used',
    about: image(40, { deprecatedAt: ago(20) }),
    uses: ['stack a'],
    expected: ['stays', 'used by stack a'],
  },
  {
    what: 'to be deprecated in a year',
    about: image(40, { deprecatedAt: ago(-365) }),
    expected: ['deprecate', '40 days old, 2 newer, not used'],
  },
  {
    what: 'at once',
    about: image(40),
    policy: { grace: 0 },
    expected: ['deregister', '40 days old, 2 newer, not used'],
  },
  {
    what: 'many reasons, all of them',
    about: image(3, { isProtected: true }),
    others: [],
    uses: ['stack a'],
    expected: [
      'stays',
      'one of the 2 newest of debian12 x86_64 py3.11',
      '3 days old',
      'protected from deregistration',
      'used by stack a',
    ],
  },
])('decides: $what', ({ about, others = TWO_NEWER, uses, policy, expected }) => {
  const images = [about, ...others];
  const decisions = decide(images, new Map(uses ? [[about.id, uses]] : []), { ...POLICY, ...policy }, NOW);
  const { fate, why } = decisions[0] ?? {};
  expect([fate, ...(why ?? [])]).toEqual(expected);
  expect(decisions).toHaveLength(images.length);
});

it('a bad image that was deprecated by hand takes no good one with it', () => {
  const bad = image(40, { deprecatedAt: ago(39) });
  const good = image(50);
  const older = image(60);
  const decisions = decide([bad, good, older], new Map(), { ...POLICY, keep: 1 }, NOW);
  expect(decisions.map(({ fate }) => fate)).toEqual(['stays', 'stays', 'deprecate']);
});

it('candidates are those that would go if nobody used them', () => {
  const [old, used] = [image(40), image(41)];
  expect(candidates([...TWO_NEWER, old, used], POLICY, NOW)).toEqual([old, used]);
});
