import { expect, test } from 'vitest';
import { sampleImage, sampleStack } from './samples.ts';
import { session } from './session.ts';
import type { WorkerStack } from './stacks.ts';

const images = [sampleImage(8, { arch: 'arm64' }), sampleImage(7), sampleImage(1)];
const circumstances = {
  inventory: { images, byId: new Map(images.map(image => [image.id, image])) },
  types: new Map([['t3.micro', ['x86_64']]]),
  now: new Date('2026-11-26'),
};

async function talk(stacks: WorkerStack[], answers: string[]) {
  const lines: string[] = [];
  const started: string[] = [];
  await session(stacks, circumstances, {
    ask: async question => {
      const answer = answers.shift();
      lines.push(question + answer);
      return answer;
    },
    say: line => void lines.push(line),
    width: 40,
    emphasis: text => text,
    whatChanges: async () => ['1 added'],
    start: async (stack, to) => void started.push(`${stack.name} ${to.id}`),
    count: 5,
  });
  return { lines, started, text: lines.join('\n'), left: answers };
}

const TWO = [sampleStack({ name: 'a' }), sampleStack({ name: 'b' })];

test('only images that fit are offered, and yes starts the update', async () => {
  const { started, text } = await talk([sampleStack()], ['1', 'yes']);
  expect(started).toEqual([`prod-core ${sampleImage(7).id}`]);
  expect(text).not.toContain('arm64');
  expect(text.replaceAll(/\s+/g, ' ')).toContain('T10-00-00Z (newest)');
  expect(text).toContain('1 added');
});

test('an image may be named by its id', async () => {
  expect((await talk([sampleStack()], [sampleImage(7).id, 'yes'])).started).toHaveLength(1);
});

test('Return skips, q quits, and so does the end of what is typed', async () => {
  expect((await talk(TWO, ['', '1', 'yes'])).started).toEqual([`b ${sampleImage(7).id}`]);
  const quit = await talk(TWO, ['q', '1', 'yes']);
  expect([quit.started, quit.left]).toEqual([[], ['1', 'yes']]);
  expect((await talk(TWO, ['1', 'q', '1', 'yes'])).started).toEqual([]);
  expect((await talk(TWO, [])).started).toEqual([]);
});

test.each(['y', 'Yes', 'YES', 'no', ''])('%j is not yes', async answer => {
  const { started, text } = await talk([sampleStack()], ['1', answer]);
  expect(started).toEqual([]);
  expect(text).toContain('Not updated.');
});

test('a wrong answer is said, and asked again', async () => {
  const { started, text } = await talk([sampleStack()], ['0', '3', 'x', '2', '1', 'yes']);
  expect(text).toContain('"x" is none of them');
  expect(text).toContain('It has that image already.');
  expect(started).toHaveLength(1);
});

test('a stack that can not be updated is passed over with its reason', async () => {
  const { started, text } = await talk(
    [sampleStack({ status: 'DELETE_FAILED' }), sampleStack({ name: 'b' })],
    ['1', 'yes'],
  );
  expect(text).toContain('DELETE_FAILED');
  expect(started).toEqual([`b ${sampleImage(7).id}`]);
});

test('an image that is gone is said, and nothing is wider than the terminal', async () => {
  const { lines, text } = await talk([sampleStack({ imageId: 'ami-00000000000000f00' })], ['']);
  expect(text.replaceAll(/\s+/g, ' ')).toContain('there is no such image any more');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
});
