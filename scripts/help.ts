import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { readAmiBuild } from './lib/ami-build.ts';
import { given } from './lib/given.ts';
import { helpText, topicText } from './lib/help-text.ts';
import { main } from './lib/main.ts';
import { ROOT } from './lib/root.ts';

// `make help [topic=NAME]`: targets from the Makefile's `##` comments, everything else from where it is declared.
await main(async () => {
  const bold = (text: string) => styleText('bold', text, { stream: process.stdout });
  const topic = given().get('topic');
  const text = topic
    ? topicText(topic, readAmiBuild(), bold)
    : helpText(readFileSync(join(ROOT, 'Makefile'), 'utf8'), readAmiBuild(), bold);
  process.stdout.write(text);
});
