import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedFiles } from './lib/generated.ts';
import { main } from './lib/main.ts';
import { ROOT } from './lib/root.ts';

// `make generate`: writes everything that is made of the declarations.
await main(async () => {
  for (const [file, content] of generatedFiles()) writeFileSync(join(ROOT, file), content);
});
