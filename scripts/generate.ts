import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from './lib/command/main.ts';
import { ROOT } from './lib/command/root.ts';
import { generatedFiles } from './lib/help/generated.ts';

// `make generate`: writes everything that is made of the declarations.
await main(async () => {
  for (const [file, content] of generatedFiles()) writeFileSync(join(ROOT, file), content);
});
