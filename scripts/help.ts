import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAmiBuild } from './lib/ami-build.ts';
import { bold } from './lib/bold.ts';
import { given } from './lib/given.ts';
import { helpText, topicText } from './lib/help-text.ts';
import { main } from './lib/main.ts';
import { ROOT } from './lib/root.ts';

// `make help [topic=NAME]`: targets from the Makefile's `##` comments, everything else from where it is declared.
await main(async () => {
  const topic = given().get('topic');
  const text = topic
    ? topicText(topic, readAmiBuild(), bold)
    : helpText(readFileSync(join(ROOT, 'Makefile'), 'utf8'), readAmiBuild(), bold);
  process.stdout.write(text);
});
