import { ROOT } from '../../scripts/lib/command/root.ts';
import { repoOrigin } from '../../scripts/lib/plan/repo.ts';
import { stageFactory } from '../../scripts/lib/stage/factory.ts';

// Puts into a folder what an image that this checkout makes has of the factory: node stage-factory.ts FOLDER

stageFactory(process.argv[2] ?? '', repoOrigin(), ROOT);
