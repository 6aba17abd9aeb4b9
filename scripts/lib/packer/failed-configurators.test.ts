import { expect, it } from 'vitest';
import { followConfigurators } from './failed-configurators.ts';
import { packerReader } from './output.ts';

/** Follows what ami/provision prints, as packer shows it. */
function follow(...lines: string[]) {
  const followed = followConfigurators();
  const read = packerReader('1f2e');
  for (const text of lines) {
    const line = `2026-11-23T01:02:03Z:     amazon-ebs.lava: ${text}`;
    followed.take(line, read(line));
  }
  return followed;
}

it('tells nothing as long as all goes well', () => {
  const followed = follow('==== 1f2e conf.d/10-a (1 of 2) now', 'output', '==== 1f2e conf.d/10-a done in 0.1 s');
  expect(followed.describe()).toBeUndefined();
  expect(followed.current).toBe('conf.d/10-a');
});

it('tells which configurator failed, with the last lines of its own', () => {
  const output = Array.from({ length: 30 }, (_, number) => `line ${number}`);
  const followed = follow(
    'long before',
    '==== 1f2e conf.d/10-a (1 of 2) now',
    ...output,
    '==== 1f2e conf.d/10-a failed with status 3 after 1.5 s',
  );
  const [first, , ...last] = (followed.describe() ?? '').split('\n');
  expect(first).toBe('conf.d/10-a failed with status 3 after 1.5 s. Its last lines:');
  expect(last).toEqual(output.slice(-20));
});

it('tells of test files which tests failed, all of them, and why', () => {
  const followed = follow(
    '==== 1f2e test/boot (1 of 2) now',
    '1..3',
    'not ok 1 a thing',
    '# expected: x',
    'ok 2 another thing',
    'not ok 3 a third',
    '==== 1f2e test/boot failed with status 1 after 0.5 s',
    '==== 1f2e test/room (2 of 2) now',
    'bats: no such file',
    '==== 1f2e test/room failed with status 1 after 0.1 s',
  );
  expect(followed.describe()).toBe(`test/boot failed with status 1 after 0.5 s. What failed in it:

not ok 1 a thing
# expected: x
not ok 3 a third

test/room failed with status 1 after 0.1 s. Its last lines:

bats: no such file`);
});

it('shortens a reason that is too long to read', () => {
  const why = Array.from({ length: 25 }, (_, number) => `# line ${number}`);
  const followed = follow(
    '==== 1f2e test/boot (1 of 1) now',
    'not ok 1 x',
    ...why,
    '==== 1f2e test/boot failed with status 1 after 0.5 s',
  );
  expect(followed.describe()).toContain('# line 19\n# ... and 5 lines more');
});

it('says when there was nothing to be read', () => {
  const followed = follow(
    '==== 1f2e conf.d/10-a (1 of 1) now',
    '==== 1f2e conf.d/10-a failed with status 1 after 0.5 s',
  );
  expect(followed.describe()).toBe('conf.d/10-a failed with status 1 after 0.5 s. It printed nothing.');
});

it('takes no banner that a configurator prints for one, and shows nothing that would steer a terminal', () => {
  const followed = follow(
    '==== 1f2e conf.d/10-a (1 of 1) now',
    '==== conf.d/10-a done in 0.1 s',
    '==== conf.d/66-other failed with status 1 after 0.1 s',
    '\u001b[2J\u001b]0;title\u0007gone\u009b1m',
    '==== 1f2e conf.d/10-a failed with status 7 after 0.5 s',
  );
  expect(followed.describe()).toBe(`conf.d/10-a failed with status 7 after 0.5 s. Its last lines:

==== conf.d/10-a done in 0.1 s
==== conf.d/66-other failed with status 1 after 0.1 s
 [2J ]0;title gone 1m`);
});
