import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { given } from './lib/command/given.ts';
import { main } from './lib/command/main.ts';
import { ROOT } from './lib/command/root.ts';
import { bold } from './lib/command/terminal.ts';
import { helpText, topicText } from './lib/help/help-text.ts';
import { readAmiBuild } from './lib/parameters/ami-build.ts';

// `make help [topic=NAME]`: targets from the Makefile's `##` comments, everything else from where it is declared.
await main(async () => {
  const topic = given().get('topic');
  const text = topic
    ? topicText(topic, readAmiBuild(), bold)
    : helpText(readFileSync(join(ROOT, 'Makefile'), 'utf8'), readAmiBuild(), bold);
  process.stdout.write(text);
});
