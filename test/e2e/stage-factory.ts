import { repoOrigin } from '../../scripts/lib/repo.ts';
import { ROOT } from '../../scripts/lib/root.ts';
import { stageFactory } from '../../scripts/lib/stage-factory.ts';

// Puts into a folder what an image that this checkout makes has of the factory: node stage-factory.ts FOLDER

stageFactory(process.argv[2] ?? '', repoOrigin(), ROOT);
